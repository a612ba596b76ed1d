"""One session of a client, passed on to the device in both directions, and heard on the way."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import asyncssh

from connector.pooled.stops import CallStopped
from harness.tape.device import DeviceLogin
from harness.tape.exchange import CutBy, EventSource
from harness.tape.recording import SessionRecorder

__all__ = ["BeginRecording", "ForwardedSession"]

BeginRecording = Callable[[str | None, str | None, Mapping[str, str]], SessionRecorder]
"""Called with the command (None: a shell), the terminal, and the environment of a session that begins."""

_SOURCES = {None: EventSource.STDOUT, asyncssh.EXTENDED_DATA_STDERR: EventSource.STDERR}


class _DeviceSession(asyncssh.SSHClientSession[bytes]):
    """The device's side."""

    def __init__(self, front: "ForwardedSession") -> None:
        self._front = front

    def connection_made(self, chan: "asyncssh.SSHClientChannel[bytes]") -> None:
        self._front.device_opened(chan)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._front.device_sent(data, datatype)

    def eof_received(self) -> bool:
        self._front.device_ended()
        return True

    def exit_status_received(self, status: int) -> None:
        self._front.status = status

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        self._front.signal = (signal, core_dumped, msg, lang)

    def connection_lost(self, exc: Exception | None) -> None:
        self._front.device_closed(lost=exc is not None)

    def pause_writing(self) -> None:
        self._front.pause()

    def resume_writing(self) -> None:
        self._front.resume()


class ForwardedSession(asyncssh.SSHServerSession[bytes]):
    """The client's side. login: of the client at the device. begin: what records it. group: for what takes time."""

    def __init__(
        self,
        login: DeviceLogin,
        begin: BeginRecording,
        group: asyncio.TaskGroup,
        when_closed: "Callable[[ForwardedSession], object]",
    ) -> None:
        self._login = login
        self._when_closed = when_closed
        self._begin = begin
        self._group = group
        self._channel: asyncssh.SSHServerChannel[bytes]
        self._device: asyncssh.SSHClientChannel[bytes] | None = None
        self._recorder: SessionRecorder | None = None
        self._command: str | None = None
        self._terminal: dict[str, Any] = {}
        self._waiting: list[Callable[[], None]] = []
        self._opening: asyncio.Task[None] | None = None
        self._opened = False
        self._closed = False
        self.status: int | None = None
        self.signal: tuple[str, bool, str, str] | None = None

    # --- the client -----------------------------------------------------------------------------------------------

    def connection_made(self, chan: "asyncssh.SSHServerChannel[bytes]") -> None:
        self._channel = chan

    def take_over(
        self, chan: "asyncssh.SSHServerChannel[bytes]", command: str | None, terminal: Mapping[str, Any]
    ) -> None:
        """Go on with a session that somebody else has begun."""
        self._channel, self._command, self._terminal = chan, command, dict(terminal)
        self.session_started()

    def pty_requested(self, term_type: str, term_size: Any, term_modes: Mapping[int, int]) -> bool:
        self._terminal = {"term_type": term_type, "term_size": term_size, "term_modes": dict(term_modes)}
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self._command = command
        return True

    def session_started(self) -> None:
        self._opening = self._group.create_task(self._open())

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._pass_on(lambda heard: heard.client_sent(data), lambda device: device.write(data))

    def eof_received(self) -> bool:
        self._pass_on(SessionRecorder.client_ended, lambda device: device.write_eof())
        return True

    def signal_received(self, signal: str) -> None:
        self._pass_on(lambda heard: heard.client_signalled(signal), lambda device: device.send_signal(signal))

    def break_received(self, msec: int) -> bool:
        self._pass_on(_unheard, lambda device: device.send_break(msec))
        return True

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        self._pass_on(_unheard, lambda device: device.change_terminal_size(width, height, pixwidth, pixheight))

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed = True
        self._end(cut=CutBy.CLIENT)
        if self._device is not None:
            self._device.close()
        self._when_closed(self)

    def pause_writing(self) -> None:
        if self._device is not None:
            self._device.pause_reading()

    def resume_writing(self) -> None:
        if self._device is not None:
            self._device.resume_reading()

    # --- the device -----------------------------------------------------------------------------------------------

    def device_opened(self, chan: "asyncssh.SSHClientChannel[bytes]") -> None:
        self._device = chan

    def device_sent(self, data: bytes, datatype: int | None) -> None:
        if self._recorder is not None:
            self._recorder.device_sent(_SOURCES[datatype], data)
        if not self._closed:
            self._channel.write(data, datatype)

    def device_ended(self) -> None:
        if not self._closed:
            self._channel.write_eof()

    def device_closed(self, *, lost: bool) -> None:
        name = None if self.signal is None else self.signal[0]
        self._end(status=self.status, signal=name, cut=CutBy.DEVICE if lost else None)
        if self._closed:
            return
        if self.status is not None:
            self._channel.exit(self.status)
        elif self.signal is not None:
            self._channel.exit_with_signal(*self.signal)
        else:
            self._channel.close()

    def pause(self) -> None:
        self._channel.pause_reading()

    def resume(self) -> None:
        self._channel.resume_reading()

    # --- between them ---------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """The recording ends."""
        if self._opening is not None:
            self._opening.cancel()
        self._end(cut=CutBy.RECORDING)

    async def _open(self) -> None:
        environment = list(self._channel.get_environment().items())
        self._recorder = self._begin(self._command, self._described_terminal(), dict(environment))
        try:
            connection = await self._login.connection()
            await connection.create_session(
                lambda: _DeviceSession(self),
                self._command,
                env=dict[bytes | str, bytes | str](environment),
                encoding=None,
                **self._terminal,
            )
        except (CallStopped, asyncssh.Error, OSError) as error:
            reason = error.reason if isinstance(error, asyncssh.Error) else str(error)
            self._end(refused=reason)
            if not self._closed:
                self._channel.write(f"spoolproof tape: the device opened no session: {reason}\r\n".encode(), 1)
                self._channel.close()
            return
        self._opened = True
        if self._closed and self._device is not None:
            self._device.close()  # the client went away meanwhile
        for each in self._waiting:
            each()
        self._waiting.clear()

    def _pass_on(self, hear: Callable[[SessionRecorder], None], act: Callable[[Any], None]) -> None:
        """Now, or once the device's session is open."""
        if self._opened:
            self._act(hear, act)
        else:
            self._waiting.append(lambda: self._act(hear, act))

    def _act(self, hear: Callable[[SessionRecorder], None], act: Callable[[Any], None]) -> None:
        assert self._recorder is not None
        if self._device is not None and not self._device.is_closing():
            hear(self._recorder)
            act(self._device)

    def _end(self, **how: Any) -> None:
        if self._recorder is not None:
            self._recorder.ended(**how)

    def _described_terminal(self) -> str | None:
        if not self._terminal:
            return None
        columns, rows = self._terminal["term_size"][:2]
        return f"{self._terminal['term_type'].replace(' ', '-')} {columns}x{rows}"


def _unheard(recorder: SessionRecorder) -> None:
    """What is not written down."""
