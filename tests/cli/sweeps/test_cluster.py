"""Sweeps on a cluster that is there already: processes, TLS, machines of their own network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dask_cluster import cluster
from distributed.security import Security
from sweep_kills import contents

from support.command import Run
from support.sweeps import write_sweep


def test_the_workers_of_a_scheduler_give_the_same_bytes(
    swept: Path, model: Path, tmp_path: Path, tabfab: Run
) -> None:
    file = write_sweep(tmp_path / "s", model)
    with cluster(tmp_path) as there:
        options = ("-o", tmp_path / "s" / "sweep", "--scheduler", there.address)
        done = tabfab("sweep", file, *options)
        assert done.status == 0, done
        assert "6 trials computed" in done.out
        assert all(each.poll() is None for each in there.workers)  # they stay
    assert contents(tmp_path / "s" / "sweep") == contents(swept)


# ------------------------------------------------------------------------------------ TLS


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, Path]:
    """An authority's certificate, and one with its key for all sides."""
    names = {name: tmp_path / f"{name}.pem" for name in ("ca", "ca-key", "cert", "key")}

    def openssl(*arguments: object) -> None:
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 1)
    openssl(*new, "-subj", "/CN=authority", "-out", names["ca"], "-keyout", names["ca-key"])
    authority = ("-CA", names["ca"], "-CAkey", names["ca-key"])
    own = ("-subj", "/CN=all", "-out", names["cert"], "-keyout", names["key"])
    openssl(*new, *authority, *own)
    return names


@pytest.mark.slow("Dask's own part, which takes a cluster of its own")
@pytest.mark.needs("openssl")
def test_connections_can_be_secured(
    swept: Path, model: Path, tmp_path: Path, tabfab: Run, refusal: Callable[..., str],
    certificates: dict[str, Path],
) -> None:  # fmt: skip
    ca, cert, key = (str(certificates[name]) for name in ("ca", "cert", "key"))
    security = Security(
        tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True
    )
    tls = ("--tls-ca-file", ca, "--tls-cert", cert, "--tls-key", key)
    file = write_sweep(tmp_path / "s", model)
    with cluster(tmp_path, ((),), "tls://127.0.0.1:0", tls, security) as there:
        to = ("sweep", file, "-o", tmp_path / "s" / "sweep", "--scheduler", there.address)
        assert "no scheduler answers at tls://" in refusal(*to)
        done = tabfab(*to, "--tls-ca", ca, "--tls-cert", cert, "--tls-key", key)
        assert done.status == 0, done
    assert contents(tmp_path / "s" / "sweep") == contents(swept)


# ------------------------------------------------------------------------ network namespaces

HOSTS = 4
NETWORK = "10.217.93"


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def can_make_namespaces() -> bool:
    """Whether this user may make network namespaces here."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        return False
    name = f"tabfab-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    if made.returncode == 0:
        ip("netns", "del", name)
    return made.returncode == 0


@pytest.fixture
def hosts() -> Iterator[list[str]]:
    """Network namespaces that see each other over a bridge, as machines over a switch.

    The first host's address is 10.217.93.1, the scheduler's.
    """
    if not can_make_namespaces():
        pytest.skip("network namespaces take root and the program ip")
    tag = os.getpid()
    switch, names = f"tfsw{tag}"[:15], [f"tabfab-{tag}-{number}" for number in range(HOSTS + 1)]
    try:
        ip("netns", "add", switch)
        ip("-n", switch, "link", "add", "switch", "type", "bridge")
        ip("-n", switch, "link", "set", "switch", "up")
        for number, name in enumerate(names):
            ip("netns", "add", name)
            port = f"port{number}"
            ip(
                "-n",
                switch,
                "link",
                "add",
                port,
                "type",
                "veth",
                "peer",
                "name",
                "net",
                "netns",
                name,
            )
            ip("-n", switch, "link", "set", port, "master", "switch", "up")
            ip("-n", name, "addr", "add", f"{NETWORK}.{number + 1}/24", "dev", "net")
            ip("-n", name, "link", "set", "net", "up")
            ip("-n", name, "link", "set", "lo", "up")
        yield names
    finally:
        for name in (switch, *names):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


@pytest.mark.slow("four workers, each of which loads torch")
def test_four_machines_that_only_share_a_network(
    swept: Path, model: Path, tmp_path: Path, hosts: list[str]
) -> None:
    """Each in a network of its own: loopback leads nowhere, all goes over the switch."""
    first, *others = [("ip", "netns", "exec", name) for name in hosts]
    file = write_sweep(tmp_path / "s", model)
    command = [sys.executable, "-c", "from tabfab.cli.main import main; main()", "sweep", str(file)]
    with cluster(tmp_path, others, f"tcp://{NETWORK}.1:8786", host_place=first) as there:
        assert there.address == f"tcp://{NETWORK}.1:8786"
        to = ["-o", str(tmp_path / "s" / "sweep"), "--scheduler", there.address]
        done = subprocess.run([*first, *command, *to], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "6 trials computed" in done.stdout
    log = (tmp_path / "scheduler.log").read_text()
    assert set(re.findall(rf"tcp://{NETWORK}\.(\d):", log)) >= {*"2345"}
    assert contents(tmp_path / "s" / "sweep") == contents(swept)
