"""A tape as a transcript: commands and what came back, as `dialect check` reads them."""

from collections.abc import Iterator

from connector.dialects.transcript import PastedExchange
from harness.tape.exchange import Tape, TapedExchange

__all__ = ["exchanges_of_tape", "transcript_of"]


def exchanges_of_tape(tape: Tape) -> Iterator[PastedExchange]:
    """Single lines that ended by themselves; without what a prompt showed of the typing, and without the prompt."""
    prompts = {each.session: _last_line(each) for each in tape.exchanges if each.typed == ""}
    for exchange in tape.exchanges:
        command = exchange.asked.strip()
        if not command or "\n" in command or exchange.cut is not None or exchange.refused is not None:
            continue
        if exchange.typed is not None and exchange.ends_session:
            continue  # what ends the session, such as `exit`
        output = _text(exchange)
        if exchange.typed is not None:
            output = _answer(output, command, prompts.get(exchange.session, ""))
        yield PastedExchange(line=exchange.line, command=command, output=output, status=exchange.status)


def transcript_of(tape: Tape) -> str:
    """As text."""
    return "".join(_pasted(each) for each in exchanges_of_tape(tape))


def _pasted(exchange: PastedExchange) -> str:
    output = exchange.output if exchange.output.endswith("\n") or not exchange.output else f"{exchange.output}\n"
    status = "" if exchange.status is None else f"[exit {exchange.status}]\n"
    return f"$ {exchange.command}\n{output}{status}"


def _text(exchange: TapedExchange) -> str:
    return (exchange.stdout + exchange.stderr).decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "")


def _last_line(exchange: TapedExchange) -> str:
    return _text(exchange).rpartition("\n")[2]


def _answer(output: str, command: str, prompt: str) -> str:
    first, _, rest = output.partition("\n")
    answer = rest if first.strip() == command else output
    return answer.removesuffix(prompt) if prompt else answer
