"""A contract report as JUnit XML: a suite for the target, a case for each clause.

A failed clause is a `failure`, an unknown one or one that broke the suite an `error`, and what was not asked is
`skipped` with the reason. The class name holds target and seed, so that no two cases of different runs are alike.
"""

from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from connector.atomic_file import write_atomic
from reports.contract.results import ClauseLevel, ClauseResult, ClauseState, ContractReport
from reports.contract.wording import headline, shares_line
from reports.junit import clean, count_cases, utc_timestamp
from reports.verdicts import Verdict

__all__ = ["contract_junit", "write_contract_junit"]


def write_contract_junit(path: Path, report: ContractReport) -> None:
    """Write the file in one step. Raises `OSError`."""
    tree = contract_junit(report)
    indent(tree)
    write_atomic(path, tostring(tree, encoding="utf-8", xml_declaration=True))


def contract_junit(report: ContractReport) -> Element:
    """The root element."""
    seconds = f"{report.seconds:.3f}"
    root = Element("testsuites", {"name": "spoolproof contract", "time": seconds})
    name = f"contract.{_package(report.target)}.seed-{report.seed}"
    began = {"timestamp": utc_timestamp(report.began), "time": seconds}
    suite = SubElement(root, "testsuite", {"name": clean(name), **began})
    properties = SubElement(suite, "properties")
    for key, value in _properties(report).items():
        SubElement(properties, "property", {"name": clean(key), "value": clean(value)})
    _complete(suite, f"spoolproof.{name}", report)
    for result in report.results:
        _case(suite, f"spoolproof.{name}.{result.theme}", result, strict=report.strict)
    count_cases(suite)
    count_cases(root)
    return root


def _complete(suite: Element, class_name: str, report: ContractReport) -> None:
    """Without this case, a run in which nothing ran would be a suite of which nothing failed."""
    case = SubElement(suite, "testcase", {"classname": clean(class_name), "name": "the run decides", "time": "0.000"})
    if report.verdict is Verdict.UNKNOWN:
        _tell(case, "error", headline(report), "unknown", "")


def _case(suite: Element, class_name: str, result: ClauseResult, *, strict: bool) -> None:
    name = f"{result.id}: {result.sentence}"
    about = {"classname": clean(class_name), "name": clean(name), "time": f"{result.seconds:.3f}"}
    case = SubElement(suite, "testcase", about)
    steps = "\n".join(result.steps)
    match result.state:
        case ClauseState.FAILED if result.level is ClauseLevel.SHOULD and not strict:
            SubElement(case, "skipped", {"message": clean(f"recommendation not met: {result.message}")})
        case ClauseState.FAILED:
            _tell(case, "failure", result.message, result.level, steps)
        case ClauseState.UNKNOWN | ClauseState.ERROR:
            _tell(case, "error", result.message, result.state, steps)
        case ClauseState.EXEMPTED:
            SubElement(case, "skipped", {"message": clean(f"exempted: {result.exemption}")})
        case ClauseState.NOT_CLAIMED | ClauseState.NOT_RUN:
            SubElement(case, "skipped", {"message": clean(f"{result.state}: {result.message}")})
        case ClauseState.PASSED:
            pass


def _tell(case: Element, tag: str, message: str, type: str, text: str) -> None:
    SubElement(case, tag, {"message": clean(message), "type": clean(type)}).text = clean(text) or None


def _package(target: str) -> str:
    """Dots part a class name into packages, as Jenkins shows them."""
    return target.replace(".", "-")


def _properties(report: ContractReport) -> dict[str, str]:
    return {
        "target": report.target,
        "dialect": report.dialect,
        "capabilities": ", ".join(report.capabilities),
        "seed": str(report.seed),
        "verdict": report.verdict,
        "headline": headline(report),
        "shares": shares_line(report),
        "command": report.command,
        "product": report.product,
        **report.observations,
    }
