"""The data package: what describes the files is true of them, and keeps to the shipped schema."""

from __future__ import annotations

import csv
import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from exports.small_warehouse import FORMULA, HEAD, warehouse
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.exports.datapackage import COLUMN_TYPES, SCHEMA, write_package
from pipeline.schema.marts import SPENDING
from pipeline.warehouse.publish import connect_readonly

SPENT = {
    **HEAD, "publisher_kind": "department", "row_order": 1, "classification": "functional", "phase": "executed", "fund": "all", "nature": "basic",
    "function_code": "2010301", "function_name": FORMULA, "function_class": "201", "cofog": "01", "cofog_label": "General public services",
    "amount": Decimal("9.96"),
}  # fmt: skip
#: How a value of each type is written.
READ: dict[str, Any] = {"string": str, "integer": int, "number": Decimal, "boolean": {"true": True, "false": False}.__getitem__, "datetime": str}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    with connect_readonly(warehouse(tmp_path / "published.duckdb", marts__spending=[SPENT, SPENT | {"row_order": 2, "nature": None}])) as connection:
        write_package(connection, tmp_path / "out")
    return tmp_path / "out"


def described(folder: Path) -> Any:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def schema() -> Any:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def test_a_package_keeps_to_the_schema(package: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(described(package), schema(), jsonschema.Draft202012Validator)


@pytest.mark.parametrize("wrong", ["no amount", "path outside", "made-up column type", "unknown property"])
def test_a_package_that_breaks_the_schema_is_found(package: Path, wrong: str) -> None:
    about = described(package)
    spending = about["resources"][0]
    amount = next(f for f in spending["schema"]["fields"] if f["name"] == "amount")
    changes: dict[str, Any] = {
        "no amount": lambda: amount.pop("columnType"), "path outside": lambda: spending.update(path="../spending.csv"),
        "made-up column type": lambda: amount.update(columnType="money"), "unknown property": lambda: about.update(author="nobody"),
    }  # fmt: skip
    changes[wrong]()
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(about, schema(), jsonschema.Draft202012Validator)


def test_every_file_is_as_it_is_described(package: Path) -> None:
    resources = described(package)["resources"]
    assert {p.name for p in package.iterdir()} == {"datapackage.json", *(r["path"] for r in resources)}
    for resource in resources:
        content = (package / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        rows = list(csv.DictReader(content.decode(resource["encoding"]).splitlines()))
        fields = {f["name"]: f for f in resource["schema"]["fields"]}
        assert content.decode().split("\n", 1)[0].split(",") == list(fields)
        keys = [tuple(row[k] for k in resource["schema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)
        for name, value in ((n, v) for row in rows for n, v in row.items()):
            limits = fields[name].get("constraints", {})
            assert value or not limits.get("required"), f"{resource['name']}.{name}"
            if value:
                READ[fields[name]["type"]](value)
                assert value in limits.get("enum", [value])


def test_amounts_are_as_printed_and_texts_are_no_formulas(package: Path) -> None:
    with (package / "spending.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    assert Decimal(first["amount"]) == Decimal("9.96")
    assert not [v for v in first.values() if v.startswith(("=", "+", "-", "@"))]
    about = next(f for f in described(package)["resources"][0]["schema"]["fields"] if f["name"] == "amount")
    assert (about["currency"], about["factor"], about["columnType"]) == ("CNY", 10_000, "value")


def test_each_column_of_a_fiscal_standard_is_one_of_the_table() -> None:
    assert set(COLUMN_TYPES) <= {c.name for c in SPENDING.columns}


def test_the_command_writes_one(tmp_path: Path) -> None:
    file = warehouse(tmp_path / "published.duckdb", marts__spending=[SPENT])
    done = CliRunner().invoke(app, ["export", "--datapackage", str(tmp_path / "out"), "--warehouse", str(file)])
    assert done.exit_code == 0, done.output
    assert described(tmp_path / "out")["fiscalPeriod"] == {"start": f"{HEAD['fiscal_year']}-01-01", "end": f"{HEAD['fiscal_year']}-12-31"}
