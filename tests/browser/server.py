"""A dashboard process on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from board.core.settings import PROJECT


@dataclass
class Server:
    """One dashboard process on a free port of this machine."""

    data: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless", "true",
             "--server.port", str(self.port)],
            cwd=PROJECT, env=os.environ | {"LANE_BOARD_DATA": str(self.data)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://localhost:{self.port}/_stcore/health", timeout=1).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the dashboard did not start")

    def stop(self) -> None:
        assert self.process
        self.process.terminate()
        self.process.wait(20)
