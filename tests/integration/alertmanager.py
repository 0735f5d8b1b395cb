"""A real Alertmanager on a free port of 127.0.0.1, with its own configuration and folder."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Final

import httpx

from tests.integration.mosquitto import free_port

FOUND: Final = shutil.which(
    "prometheus-alertmanager", path=f"{os.environ.get('PATH', '')}:/usr/sbin"
) or shutil.which("alertmanager")

_CONFIGURATION: Final = """\
route:
  receiver: pager
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: pager
    webhook_configs:
      - url: {receiver}
"""


class AlertmanagerServer:
    """One Alertmanager that tells a receiver; a test may ask it what stands."""

    def __init__(self, folder: Path, receiver: str) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        (folder / "alertmanager.yml").write_text(_CONFIGURATION.format(receiver=receiver))
        assert FOUND is not None
        command = [
            FOUND,
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder}",
            f"--web.listen-address={self.address.removeprefix('http://')}",
            "--cluster.listen-address=",
        ]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()

    def alerts(self) -> list[dict[str, Any]]:
        """Return what stands, silenced or not; what has ended is not among it."""
        found = httpx.get(f"{self.address}/api/v2/alerts", trust_env=False).json()
        assert isinstance(found, list)
        return sorted(found, key=lambda one: str(one["labels"]))

    def silences(self) -> list[dict[str, Any]]:
        found = httpx.get(f"{self.address}/api/v2/silences", trust_env=False).json()
        assert isinstance(found, list)
        return found

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def _wait(self) -> None:
        for _ in range(500):
            try:
                httpx.get(f"{self.address}/-/ready", trust_env=False).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError("Alertmanager is not ready after 10 s")
