"""Do the tests bite?  Small changes of meaning in the code, one at a time, and whether the tests beside it notice.

Run by hand: ``python -m benchmarks.mutations MODULE … [--n 30] [--seed 1]`` with modules such as ``pipeline/model/numbers.py``; prints every
mutant that survives and a table of shares, and exits with 1 where fewer than nine in ten die.  The kinds are our own and few: a
comparison turned or widened, a sign, a number off by one, a truth turned, ``and`` for ``or``, the least for the greatest, a statement left
out, a pattern or text without its last character.  The code is changed in a copy of the tree, never in the tree itself.

What belongs here: mutants, and which tests stand beside which package.  What may not: tests.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bars import Bar, show

ROOT = Path(__file__).resolve().parents[1]
#: The tests beside each module or package; the longest name that fits counts.
TESTS: dict[str, tuple[str, ...]] = {
    "pipeline/model": ("tests/test_numbers.py", "tests/test_equations.py", "tests/test_figures.py", "tests/test_contents.py"),
    "pipeline/model/harmless.py": ("tests/test_harmless.py",),
    "pipeline/model/parts.py": ("tests/narrative", "tests/forms"),
    "pipeline/reading/pdf_damage.py": ("tests/reading/test_pdf_damage.py",),
    "pipeline/reconciliation": ("tests/reconciliation",),
    "pipeline/reconciliation/shifts.py": ("tests/reconciliation/test_shifts.py", "tests/expectations/test_consequences.py"),
    "pipeline/reconciliation/clusters.py": ("tests/reconciliation/test_localise.py", "tests/reconciliation/test_solvers.py"),
    "pipeline/recognition": ("tests/forms", "tests/performance"),
    "pipeline/tables": ("tests/tables", "tests/reading"),
    "pipeline/sources": ("tests/sources",),
    "pipeline/sources/wire.py": ("tests/sources/test_wire.py", "tests/sources/test_politeness.py", "tests/sources/test_webpage.py"),
    "pipeline/store": ("tests/test_storage.py", "tests/test_readings.py", "tests/sources/test_store.py", "tests/warehouse"),
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One change: the module, its line, what kind, and the whole text after it."""

    module: str
    line: int
    kind: str
    text: str


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module; docstrings and annotations are left alone."""
    for number in range(len(_sites(ast.parse(source)))):
        tree = ast.parse(source)
        node, kind = _sites(tree)[number]
        line = getattr(node, "lineno", 0)
        if _change(tree, node, kind):
            yield Mutant(module, line, kind, ast.unparse(ast.fix_missing_locations(tree)))


def _sites(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    documents = {id(n.body[0].value) for n in ast.walk(tree) if _has_document(n)}  # type: ignore[attr-defined]
    notes = {id(x) for n in ast.walk(tree) for a in _annotations(n) for x in ast.walk(a)}
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(tree):
        if id(node) in notes or id(node) in documents:
            continue
        found += [(node, kind) for kind in _kinds(node)]
    return found


def _has_document(node: ast.AST) -> bool:
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def _annotations(node: ast.AST) -> list[ast.AST]:
    return [a for name in ("annotation", "returns") if isinstance(a := getattr(node, name, None), ast.AST)]


def _kinds(node: ast.AST) -> list[str]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            return ["comparison"]
        case ast.BinOp(op=op) if type(op) in _OPERATORS:
            return ["operator"]
        case ast.BoolOp():
            return ["and for or"]
        case ast.UnaryOp(op=ast.Not()):
            return ["not left out"]
        case ast.Constant(value=bool()):
            return ["truth turned"]
        case ast.Constant(value=int()):
            return ["off by one"]
        case ast.Constant(value=str() as text) if len(text) > 1:
            return ["text cut"]
        case ast.Name(id=name) if name in _NAMES:
            return ["least for greatest"]
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            return ["statement left out"]
    return []


def _change(tree: ast.Module, node: ast.AST, kind: str) -> bool:
    match node:
        case ast.Compare():
            node.ops = [_COMPARISONS[type(node.ops[0])]()]
        case ast.BinOp():
            node.op = _OPERATORS[type(node.op)]()
        case ast.BoolOp():
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.Constant(value=bool() as value):
            node.value = not value
        case ast.Constant(value=int() as value):
            node.value = value + 1
        case ast.Constant(value=str() as text):
            node.value = text[:-1]
        case ast.Name():
            node.id = _NAMES[node.id]
        case _:
            return _replaced(tree, node, node.operand if isinstance(node, ast.UnaryOp) else ast.Pass())
    return True


def _replaced(tree: ast.Module, old: ast.AST, new: ast.AST) -> bool:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
                return True
            if isinstance(value, list) and any(v is old for v in value):
                setattr(parent, name, [new if v is old else v for v in value])
                return True
    return False


def tests_of(module: str) -> tuple[str, ...]:
    fitting = [name for name in TESTS if module == name or module.startswith(f"{name}/")]
    return tuple(t for t in TESTS[max(fitting, key=len)] if (ROOT / t).exists()) if fitting else ()


def survives(mutant: Mutant, copy: Path, tests: tuple[str, ...], seconds: float) -> bool:
    """Whether the tests pass on a mutant; one that does not end in time is dead."""
    path = copy / mutant.module
    whole = path.read_text(encoding="utf-8")
    path.write_text(mutant.text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(copy), str(copy / "tests")]), "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / ".h")}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=seconds, check=False)
        return done.returncode == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        path.write_text(whole, encoding="utf-8")


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("modules", nargs="+", metavar="MODULE")
    ask.add_argument("--n", type=int, default=30, help="mutants a module")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--seconds", type=float, default=300.0, help="for the tests of one mutant")
    asked = ask.parse_args()
    bars = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "tree")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "var", ".hypothesis", ".mypy_cache", "__pycache__"))
        (Path(folder) / "shared").symlink_to((ROOT / "../shared").resolve())
        for module in asked.modules:
            source = (ROOT / module).read_text(encoding="utf-8")
            every = list(mutants(module, source))
            sample = random.Random(asked.seed).sample(every, min(asked.n, len(every)))
            lines, died, tests = source.splitlines(), Counter[bool](), tests_of(module)
            if not survives(Mutant(module, 0, "none", source), copy, tests, asked.seconds):
                bars.append(Bar(module, "≥ 90 % die", f"its tests fail without any change: {' '.join(tests)}", False))
                continue
            for mutant in sorted(sample, key=lambda m: m.line):
                alive = survives(mutant, copy, tests, asked.seconds)
                died[not alive] += 1
                if alive:
                    print(f"survives: {module}:{mutant.line} ({mutant.kind}) {lines[mutant.line - 1].strip()[:110]}", flush=True)
            share = died[True] / max(1, died.total())
            bars.append(Bar(module, "≥ 90 % die", f"{died[True]} of {died.total()} (of {len(every)})", share >= 0.9))
    return show(bars)


if __name__ == "__main__":
    sys.exit(main())
