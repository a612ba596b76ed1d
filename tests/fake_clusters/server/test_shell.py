"""The interactive shell: prompt, commands, help, interruption, and the ways out."""

import asyncio

import asyncssh
from psutil import Process

from fake_clusters.plans import CommandPlan, OutputPlan
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import ClusterSpec
from tests.fake_clusters.server.conftest import Fronts, said

PROMPT = "north> "
PONG = '{"done": "ping"}'


async def _at_prompt(connection: asyncssh.SSHClientConnection) -> "asyncssh.SSHClientProcess[str]":
    process: asyncssh.SSHClientProcess[str] = await connection.create_process(term_type="xterm", term_size=(80, 24))
    await process.stdout.readuntil(PROMPT)
    return process


async def _say(process: "asyncssh.SSHClientProcess[str]", keys: str) -> str:
    """Type, and take what is shown up to the next prompt."""
    process.stdin.write(keys)
    return str(await process.stdout.readuntil(PROMPT))


async def test_a_command_is_echoed_and_answered_and_the_prompt_comes_back(fronts: Fronts) -> None:
    process = await _at_prompt(await fronts.connect(await fronts.open()))
    assert await _say(process, "ping\r") == f"ping\r\n{PONG}\r\n{PROMPT}"
    assert await _say(process, "pinx\x7fg\r") == f"pinx\b \bg\r\n{PONG}\r\n{PROMPT}"


async def test_help_shows_commands_that_the_dialect_itself_accepts(fronts: Fronts) -> None:
    front = await fronts.open()
    process = await _at_prompt(await fronts.connect(front))
    shown = await _say(process, "help\r")
    examples = [line.strip() for line in shown.splitlines() if line.startswith("  ")]
    assert {"help", "exit", "ping"} <= set(examples)
    for example in examples[:-2]:
        answer = await _say(process, f"{example}\r")
        assert "is not a command" not in answer
        assert '"invalid"' not in answer


async def test_exit_gives_the_status_of_the_last_command(fronts: Fronts) -> None:
    process = await _at_prompt(await fronts.connect(await fronts.open()))
    await _say(process, "nonsense\r")
    process.stdin.write("exit\r")
    assert (await process.wait()).exit_status == 12


async def test_end_of_input_ends_the_session(fronts: Fronts) -> None:
    process = await _at_prompt(await fronts.connect(await fronts.open()))
    process.stdin.write("\x04")
    assert (await process.wait()).exit_status == 0


async def test_interrupt_gives_up_a_command_that_hangs(fronts: Fronts) -> None:
    process = await _at_prompt(await fronts.connect(await fronts.open(CommandPlan(hang=True), CommandPlan())))
    assert await _say(process, "ping\r\x03") == f"ping\r\n^C\r\n{PROMPT}"
    assert await _say(process, "ping\r") == f"ping\r\n{PONG}\r\n{PROMPT}"


async def test_interrupt_stops_an_output_that_drips(fronts: Fronts) -> None:
    slow = CommandPlan(output=OutputPlan(rate=50.0, extra=100_000))
    process = await _at_prompt(await fronts.connect(await fronts.open(slow, CommandPlan())))
    process.stdin.write("ping\r")
    await process.stdout.readexactly(len("ping\r\n") + 3)
    assert (await _say(process, "\x03")).endswith(f"^C\r\n{PROMPT}")
    assert await _say(process, "ping\r") == f"ping\r\n{PONG}\r\n{PROMPT}"


async def test_what_is_typed_ahead_runs_in_order(fronts: Fronts) -> None:
    process = await _at_prompt(await fronts.connect(await fronts.open(CommandPlan(service=0.02))))
    process.stdin.write("ping\rnonsense\rping\rexit\r")
    shown = await process.stdout.read()
    assert shown.count(PONG) == 2
    assert shown.index(PONG) < shown.index("is not a command") < shown.rindex(PONG)


async def test_without_a_terminal_there_is_neither_prompt_nor_echo(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open())
    result = await connection.run(input="ping\n\n  ping  \n")
    assert result.stdout == f"{PONG}\n{PONG}\n"
    assert result.exit_status == 0


async def test_a_script_of_a_thousand_bad_lines_is_answered_line_by_line(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open())
    result = await connection.run(input="nonsense\n" * 1000)
    assert said(result).count("is not a command") == 1000
    assert result.exit_status == 12


async def test_an_overlong_line_is_refused_and_the_next_one_is_fine(fronts: Fronts) -> None:
    front = await fronts.open(options=ServerOptions(anyone=True, line=20))
    result = await (await fronts.connect(front)).run(input="x" * 50 + "\nping\n")
    assert result.stdout == f"line too long: at most 20 characters are accepted\n{PONG}\n"


async def test_the_prompt_names_the_cluster(fronts: Fronts) -> None:
    front = await fronts.open(spec=ClusterSpec(name="south-2"))
    process: asyncssh.SSHClientProcess[str] = await (await fronts.connect(front)).create_process(term_type="vt100")
    greeting = await process.stdout.readuntil("south-2> ")
    assert "south-2" in greeting.splitlines()[0]
    process.change_terminal_size(132, 50)
    assert PONG in str(await _say_to(process, "ping\r", "south-2> "))


async def _say_to(process: "asyncssh.SSHClientProcess[str]", keys: str, prompt: str) -> str:
    process.stdin.write(keys)
    return str(await process.stdout.readuntil(prompt))


async def test_a_command_with_a_terminal_has_terminal_line_ends_and_can_be_interrupted(fronts: Fronts) -> None:
    front = await fronts.open(CommandPlan(), CommandPlan(hang=True), CommandPlan())
    connection = await fronts.connect(front)
    assert (await connection.run("ping", term_type="xterm")).stdout == f"{PONG}\r\n"
    process: asyncssh.SSHClientProcess[str] = await connection.create_process("ping", term_type="xterm")
    process.stdin.write("\x03")
    assert (await process.wait()).exit_status == 130


async def test_a_shell_whose_client_vanishes_lets_go_of_its_command(fronts: Fronts) -> None:
    front = await fronts.open(CommandPlan(hang=True))
    connection = await fronts.connect(front)
    process = await _at_prompt(connection)
    process.stdin.write("ping\r")
    await process.stdout.readuntil("\n")
    connection.abort()
    while front.connections:
        await asyncio.sleep(0.005)


async def test_lines_beyond_what_may_wait_stay_with_the_client_and_are_all_run_in_the_end(fronts: Fronts) -> None:
    """As a script's input: more lines than may wait, and an answer to each, while the client reads nothing at first."""
    front = await fronts.open(CommandPlan(service=0.2), CommandPlan())
    connection = await fronts.connect(front)
    process = await connection.create_process(window=4096, encoding=None)
    lines = 4000
    process.stdin.write(b"ping\n" * lines)
    process.stdin.write_eof()
    await asyncio.sleep(0.1)
    assert front.model.counters["commands"] == 1
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert output == (PONG + "\n").encode() * lines
    assert front.model.counters["commands"] == lines


async def test_a_client_that_types_and_reads_nothing_costs_no_memory(fronts: Fronts) -> None:
    connection = await fronts.connect(await fronts.open())
    before = Process().memory_info().rss
    process = await connection.create_process(window=4096, encoding=None)
    process.channel.pause_reading()
    for _ in range(200):
        process.stdin.write(b"help\n" * 10_000)
        await asyncio.sleep(0)
    await asyncio.sleep(0.5)
    # What it typed and the server did not take stands in this process too, on the client's side.
    assert Process().memory_info().rss - before < 60_000_000
    process.channel.abort()
