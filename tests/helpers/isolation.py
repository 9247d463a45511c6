"""Keeps a test from the user's files and from the network."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings

_FOLDERS = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
    "XDG_RUNTIME_DIR": ".run",
}


def move_home(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Make `home` the place of settings, state and caches, for this process and its children."""
    (home / ".run").mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for variable, folder in _FOLDERS.items():
        monkeypatch.setenv(variable, str(home / folder))
    for file_format in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(file_format, QSettings.Scope.UserScope, str(home / ".config"))


def block_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets of this process reach this machine alone."""
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))


def _guarded(connect: Any) -> Any:
    def connect_to_this_machine(sock: socket.socket, address: Any) -> Any:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
            pytest.fail(f"a test reached for the network: {address[0]}")
        return connect(sock, address)

    return connect_to_this_machine


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
