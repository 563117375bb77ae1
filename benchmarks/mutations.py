"""Do the tests bite?  Small changes of meaning in the code, one at a time, and whether the tests beside it notice.

Run by hand: ``python -m benchmarks.mutations NAME … [--n 30] [--seed 1]`` with modules such as ``pipeline/model/numbers.py`` or packages such
as ``pipeline/model`` (a sample over all its modules); prints every mutant that survives and a table of shares, and exits with 1 where fewer
than nine in ten die.  The kinds are our own and few: a
comparison turned or widened, a sign, a number off by one, a truth turned, ``and`` for ``or``, the least for the greatest, a statement left
out, a pattern or text without its last character (the words of an exception apart: they are told, not acted on).

The code is changed in a copy of the tree, never in the tree itself.  The tests beside a module run once to see which functions each of them
calls; a mutant is then tried on those alone that call its function, the quickest first, in a fork of a process that has the libraries loaded.
What is about tables, recognition and reconciliation and lives on is then tried on the tests that read whole documents.

A change that no test can tell from the code as it stands is no mutant: ``equivalent_mutants.toml`` lists those that came up, each with the
reason.  They are neither tried nor counted; an entry that fits no place of its module, or several, ends the run.

What belongs here: mutants, and which tests stand beside which package.  What may not: tests.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import itertools
import os
import pickle
import random
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import pytest

from benchmarks.bars import Bar, show

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ("-q", "-n", "0", "-p", "no:cacheprovider", "--hypothesis-seed", "0")
#: A mutant is tried on the quickest tests that take so many seconds together: what slower ones alone would notice counts as surviving.
_SECONDS = 30.0
#: Tests of reconciliation beside those of its solvers; those of golden and of scored years take long.
_RECONCILED = (
    "acquitting", "across", "adjudications", "amounts", "companions", "consecutive", "inversion", "links", "localise", "peers", "repairs", "reviews",
    "shifts", "solvers", "system", "triage",
)  # fmt: skip
#: The tests beside each module or package; the longest name that fits counts.
TESTS: dict[str, tuple[str, ...]] = {
    "pipeline/lexicon": ("tests/test_lexicon.py", "tests/test_adding_a_dialect.py", "tests/forms", "tests/narrative"),
    "pipeline/lexicon/__init__.py": ("tests/test_lexicon.py", "tests/test_adding_a_dialect.py"),
    "pipeline/model": tuple(f"tests/test_{name}.py" for name in ("numbers", "equations", "figures", "contents", "storage")),
    "pipeline/model/failures.py": ("tests/test_failures.py",),
    "pipeline/model/chinese_numerals.py": ("tests/test_chinese_numerals.py",),
    "pipeline/model/classification.py": ("tests/test_classification.py",),
    "pipeline/model/harmless.py": ("tests/test_harmless.py",),
    "pipeline/model/parts.py": ("tests/test_parts_of_pages.py", "tests/performance/test_parts.py"),
    "pipeline/reading/archives.py": ("tests/reading/test_archives.py", "tests/reading/test_damaged_files.py"),
    "pipeline/reading/pdf_damage.py": ("tests/reading/test_pdf_damage.py",),
    "pipeline/reconciliation": ("tests/exports/test_decide.py", *(f"tests/reconciliation/test_{name}.py" for name in _RECONCILED)),
    "pipeline/reconciliation/cover.py": ("tests/reconciliation/test_cover.py", "tests/reconciliation/test_solvers.py"),
    "pipeline/reconciliation/programme.py": tuple(f"tests/reconciliation/test_{name}.py" for name in ("programme", "solvers")),
    "pipeline/reconciliation/system.py": tuple(f"tests/reconciliation/test_{name}.py" for name in ("system", "solvers", "programme")),
    "pipeline/reconciliation/shifts.py": ("tests/reconciliation/test_shifts.py", "tests/expectations/test_consequences.py"),
    "pipeline/recognition": ("tests/forms", "tests/tables/test_layouts.py", "tests/test_parts_of_pages.py"),
    "pipeline/recognition/annexes": ("tests/performance",),
    "pipeline/recognition/captions.py": tuple(
        f"tests/expectations/rules/test_{name}.py" for name in ("wording_rules", "evaluation_wordings", "performance_rules")
    ),
    "pipeline/recognition/forms.py": ("tests/forms/test_forms.py", "tests/forms/test_aligned.py"),
    "pipeline/recognition/identity.py": ("tests/forms/test_identity.py", "tests/forms/test_plain_text.py"),
    "pipeline/tables": ("tests/tables", "tests/forms", *(f"tests/reading/test_{name}.py" for name in ("unreadable", "touching_cells", "odd_pages"))),
    "pipeline/sources": ("tests/sources",),
    "pipeline/sources/wire.py": ("tests/sources/test_wire.py", "tests/sources/test_politeness.py", "tests/sources/test_webpage.py"),
    "pipeline/sources/archive.py": ("tests/sources/test_archive.py", "tests/test_readings.py"),
    "pipeline/sources/store.py": ("tests/sources/test_store.py", "tests/sources/test_object_store.py"),
    "pipeline/store": (
        *(f"tests/test_{name}.py" for name in ("alone", "disk", "files", "home", "pruning", "readings", "storage", "versions")),
        "tests/assets/test_accepted.py",
        "tests/warehouse/test_publish.py",
        "tests/warehouse/test_tables.py",
    ),
    "pipeline/warehouse/publish.py": (
        "tests/warehouse/test_publish.py",
        "tests/warehouse/test_history.py",
        "tests/warehouse/test_tables.py",
        "tests/test_storage.py",
    ),
}
#: Tests of whole documents, in the order in which they are quick: a mutant that those beside its module let live is tried on these.
_DOCUMENTS = (
    "tests/forms/test_dialects.py", "tests/test_strange_words.py", "tests/test_reports.py", "tests/performance/test_golden_performance.py",
    "tests/samples/test_reading_samples.py",
)  # fmt: skip
WHOLE: dict[str, tuple[str, ...]] = {
    "pipeline/recognition": _DOCUMENTS,
    "pipeline/reconciliation": tuple(f"tests/reconciliation/test_{name}.py" for name in ("golden_cases", "scoring_cases")),
    "pipeline/tables": _DOCUMENTS,
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


#: Characters of a line that are shown on either side of a change.
_SEEN = 100
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.toml")


@dataclass(frozen=True)
class Mutant:
    """One change: the module, its line, the function, the statement with the change marked in it, and the whole text after it."""

    module: str
    line: int
    function: str
    change: str
    text: str

    @property
    def name(self) -> tuple[str, str, str]:
        return self.module, self.function, self.change


def mutated(module: str, source: str, number: int) -> Mutant:
    """A module's mutant of that number; docstrings and annotations are left alone."""
    tree = ast.parse(source)
    node, kind = _sites(tree)[number]
    around = _around(tree, node)
    function = ".".join(n.name for n in around if isinstance(n, ast.FunctionDef | ast.ClassDef)) or "(module)"
    statement = next(n for n in reversed(around) if isinstance(n, ast.stmt))
    holder = around[around.index(statement) - 1]  # a statement that is left out is no more, and what holds it shows that
    was = ast.unparse(holder).splitlines()
    _change(tree, node, kind)
    ast.fix_missing_locations(tree)
    return Mutant(module, getattr(node, "lineno", 0), function, _marked(was, ast.unparse(holder).splitlines()), ast.unparse(tree))


def _around(tree: ast.Module, node: ast.AST) -> list[ast.AST]:
    """A node with all that hold it, the module first."""
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    found = [node]
    while found[-1] in parents:
        found.append(parents[found[-1]])
    return found[::-1]


def _marked(was: Sequence[str], now: Sequence[str]) -> str:
    """The line that differs, its difference marked as ⟦was → now⟧."""
    old, new = next([re.findall(r"\w+|[<>=!]+|\s+|.", line.strip()) for line in pair] for pair in zip(was, now, strict=True) if pair[0] != pair[1])
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    before, after = "".join(old[:head]), "".join(old[len(old) - tail :])
    was_part, now_part = "".join(old[head : len(old) - tail]), "".join(new[head : len(new) - tail])
    return (
        f"{before if len(before) <= _SEEN else '…' + before[-_SEEN:]}⟦{was_part} → {now_part}⟧{after if len(after) <= _SEEN else after[:_SEEN] + '…'}"
    )


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def drawn(name: str, n: int, seed: int) -> tuple[list[Mutant], int]:
    """A sample of the mutants of a module, or of all modules of a package; and how many there are."""
    paths = [name] if name.endswith(".py") else sorted(str(p.relative_to(ROOT)) for p in (ROOT / name).rglob("*.py"))
    sources = {path: (ROOT / path).read_text(encoding="utf-8") for path in paths}
    sites = [(path, number) for path, source in sources.items() for number in range(len(_sites(ast.parse(source))))]
    sample = sorted(random.Random(f"{seed}/{name}").sample(range(len(sites)), min(n, len(sites))))
    return [mutated(sites[i][0], sources[sites[i][0]], sites[i][1]) for i in sample], len(sites)


def equivalent(modules: Iterable[str]) -> set[tuple[str, str, str]]:
    """The names of the mutants of some modules that are listed as telling nothing.

    Raises ``ValueError`` for an entry that does not name one place of its module, or gives no reason.
    """
    listed = [e for e in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"] if e["module"] in modules]
    made: Counter[tuple[str, str, str]] = Counter()
    for module in {e["module"] for e in listed}:
        source = (ROOT / module).read_text(encoding="utf-8")
        made.update(mutated(module, source, number).name for number in range(len(_sites(ast.parse(source)))))
    for entry in listed:
        fits = made[entry["module"], entry["function"], entry["change"]]
        if fits != 1 or not entry["why"].strip():
            raise ValueError(f"{EQUIVALENT.name}: fits {fits} places, and should fit one with a reason: {entry}")
    return {(e["module"], e["function"], e["change"]) for e in listed}


def _sites(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    documents = {id(n.body[0].value) for n in ast.walk(tree) if _has_document(n)}  # type: ignore[attr-defined]
    notes = {id(x) for n in ast.walk(tree) for a in _annotations(n) for x in ast.walk(a)}
    told = {id(x) for n in ast.walk(tree) if isinstance(n, ast.Raise) or _is_idle(n) for x in ast.walk(n) if isinstance(x, ast.Constant)}
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(tree):
        if id(node) not in notes | documents | told:
            found += [(node, kind) for kind in _kinds(node)]
    return found


def _has_document(node: ast.AST) -> bool:
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def _is_idle(node: ast.AST) -> bool:
    """Whether constants mean nothing to a run here: types, sizes of caches, names of encodings (``utf-`` is one), what a star imports."""
    if isinstance(node, ast.keyword):
        return node.arg in ("encoding", "maxsize", "newline", "slots", "strict")
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal"


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


def _change(tree: ast.Module, node: ast.AST, kind: str) -> None:
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
            _replace(_around(tree, node)[-2], node, node.operand if isinstance(node, ast.UnaryOp) else ast.Pass())


def _replace(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for name, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, name, new)
        elif isinstance(value, list):
            setattr(parent, name, [new if v is old else v for v in value])


# ---------------------------------------------------------------- tests


def beside_of(module: str, table: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    fitting = [name for name in table if module == name or module.startswith(f"{name}/")]
    return tuple(t for t in table[max(fitting, key=len)] if (ROOT / t).exists()) if fitting else ()


class Reached:
    """A plugin for one run of tests: which of them call which code of the modules, and how long each takes."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self.modules = modules  # the file in the copy → the module
        self.calls: dict[tuple[str, int], set[str]] = defaultdict(set)  # a module and the first line of the code → the tests
        self.seconds: dict[str, float] = defaultdict(float)
        self.test = ""

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.test = nodeid
        sys.settrace(self.called)  # a test before may have ended it

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration

    def called(self, frame: FrameType, event: str, argument: object) -> None:
        module = self.modules.get(frame.f_code.co_filename)
        if module is not None:
            self.calls[module, frame.f_code.co_firstlineno].add(self.test)


class Chosen:
    """A plugin for a run of some tests only, in their order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.order = {test: i for i, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.order), key=lambda i: self.order[i.nodeid])


@dataclass(frozen=True)
class Beside:
    """What one run of the tests beside a module showed."""

    passed: bool
    tests: Mapping[int, frozenset[str]]  # by the first line of the code that they call
    seconds: Mapping[str, float]

    def of(self, source: str, line: int) -> list[str]:
        """The tests that call the function of a line, the quickest first.

        A line of no function, and code that is called while tests are collected, is of every test in a file of which one calls anything of
        the module.
        """
        spans = [range(min([n.lineno, *(d.lineno for d in n.decorator_list)]), (n.end_lineno or 0) + 1)
                 for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]  # fmt: skip
        span = min((s for s in spans if line in s), key=len, default=range(0))
        chosen = frozenset[str]().union(*(tests for first, tests in self.tests.items() if first in span))
        if not span or "" in chosen:
            files = {t.partition("::")[0] for t in frozenset[str]().union(*self.tests.values()) if t}
            chosen = frozenset(t for t in self.seconds if t.partition("::")[0] in files)
        quickest = sorted(chosen - {""}, key=lambda t: self.seconds.get(t, 0.0))
        until = itertools.accumulate(self.seconds.get(t, 0.0) for t in quickest)
        return [t for t, seconds in zip(quickest, until, strict=True) if seconds <= _SECONDS]


def observed(copy: Path, modules: Sequence[str], tests: Sequence[str]) -> tuple[dict[str, Beside], list[str]]:
    """The tests beside some modules, run once; and the libraries that they load."""
    file = copy / "observed.pickle"

    def run() -> int:
        reached = Reached({str(copy / m): m for m in modules})
        sys.settrace(reached.called)
        threading.settrace(reached.called)
        status = pytest.main([*OPTIONS, *tests], plugins=[reached])
        sys.settrace(None)
        own = {"__main__", "assets", "benchmarks", "conftest", "expectations", "pipeline", "samples", "tests"}
        own |= {p.stem for p in (copy / "tests").iterdir()}
        libraries = [name for name in sys.modules if name.partition(".")[0] not in own]
        file.write_bytes(pickle.dumps((dict(reached.calls), dict(reached.seconds), libraries)))
        return int(status)

    status = in_fork(copy, run, 3600)
    calls, seconds, libraries = pickle.loads(file.read_bytes())
    of = {m: {line: frozenset(t) for (module, line), t in calls.items() if module == m} for m in modules}
    return {m: Beside(status == 0, of[m], seconds) for m in modules}, libraries


def survives(mutant: Mutant, copy: Path, tests: Sequence[str], seconds: float) -> bool:
    """Whether the tests (or all of whole files) pass on a mutant; one that does not end in time is dead."""
    if not tests:
        return True
    path = copy / mutant.module
    whole = path.read_text(encoding="utf-8")
    compiled = Path(importlib.util.cache_from_source(str(path)))
    compiled.unlink(missing_ok=True)  # a mutant may have the size and the second of another
    path.write_text(mutant.text, encoding="utf-8")
    files = list(dict.fromkeys(t.partition("::")[0] for t in tests))
    plugins = [Chosen(tests)] if any("::" in t for t in tests) else []
    try:
        return in_fork(copy, lambda: int(pytest.main([*OPTIONS, "-x", *files], plugins=plugins)), seconds) == 0
    finally:
        path.write_text(whole, encoding="utf-8")
        compiled.unlink(missing_ok=True)


def in_fork(copy: Path, work: Callable[[], int], seconds: float) -> int:
    """The exit status of work in a process of its own, in the copy; −1 where it does not end in time."""
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        os.chdir(copy)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        sys.path[:0] = [str(copy), str(copy / "tests")]
        os.environ |= {"PYTHONPATH": os.pathsep.join(sys.path[:2]), "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / ".h")}
        sys.dont_write_bytecode = False  # tests are rewritten once, not for every mutant
        try:
            os._exit(work())
        finally:
            os._exit(70)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


# ---------------------------------------------------------------- the bench


def copied(folder: Path) -> Path:
    """A copy of the tree, with what stands beside it."""
    copy = folder / "tree"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "var", ".hypothesis", ".mypy_cache", "__pycache__"))
    (folder / "shared").symlink_to((ROOT / "../shared").resolve())
    return copy


def tried(mutants: Sequence[Mutant], copy: Path, tests: Sequence[str]) -> dict[Mutant, bool] | None:
    """Which mutants die of the tests that stand beside them all; ``None`` where these fail without any change."""
    modules = sorted({m.module for m in mutants})
    beside, libraries = observed(copy, modules, tests)
    for library in libraries:
        with suppress(Exception):
            importlib.import_module(library)
    died = {}
    for mutant in mutants:
        of = beside[mutant.module]
        if not of.passed:
            return None
        told = of.of((ROOT / mutant.module).read_text(encoding="utf-8"), mutant.line)
        beside_it = survives(mutant, copy, told, 60 + 20 * sum(of.seconds.get(t, 0.0) for t in told))
        whole = beside_of(mutant.module, WHOLE)
        died[mutant] = not beside_it or (bool(whole) and not survives(mutant, copy, whole, 3600))
        if beside_it and died[mutant]:
            print(f"dies of whole documents alone: {mutant.module}:{mutant.line} {mutant.function}", flush=True)
        if not died[mutant]:
            print(f"survives: {mutant.module}:{mutant.line} {mutant.function}: {mutant.change}", flush=True)
    return died


def bar(name: str, n: int, seed: int, copy: Path) -> Bar:
    sample, sites = drawn(name, n, seed)
    listed = equivalent({m.module for m in sample})
    of: dict[tuple[str, ...], list[Mutant]] = defaultdict(list)
    for mutant in sample:
        if mutant.name not in listed:
            of[beside_of(mutant.module, TESTS)].append(mutant)
    died: dict[Mutant, bool] = {}
    for tests, mutants in of.items():
        found = tried(mutants, copy, tests) if tests else None
        if found is None:
            return Bar(name, "≥ 90 % die", f"no tests that pass without any change: {' '.join(tests) or mutants[0].module}", False)
        died |= found
    dead = sum(died.values())
    return Bar(name, "≥ 90 % die", f"{dead} of {len(died)} ({len(sample) - len(died)} equivalent by the list; of {sites})", dead >= 0.9 * len(died))


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("names", nargs="+", metavar="NAME", help="a module or a package")
    ask.add_argument("--n", type=int, default=30, help="mutants a name")
    ask.add_argument("--seed", type=int, default=1)
    asked = ask.parse_args()
    bars = []
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder).resolve())
        for name in asked.names:
            bars.append(bar(name, asked.n, asked.seed, copy))
            print(f"{name}: {bars[-1].measured}", flush=True)
    return show(bars)


if __name__ == "__main__":
    sys.exit(main())
