"""Reaching a Dask cluster that may run our code: by TLS with certificates only."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from furutalib.facts.errors import ConfigurationError, RunError
from furutalib.learning.policy_folder import versions
from furutalib.learning.provenance import code_hash

_CONNECT_S = 15


@dataclass(frozen=True)
class Certificates:
    """Files in PEM format, as in Dask's own options `--tls-ca-file`, `--tls-cert`, `--tls-key`."""

    authority: Path
    certificate: Path
    key: Path

    def __post_init__(self) -> None:
        for file in (self.authority, self.certificate, self.key):
            if not file.is_file():
                raise ConfigurationError(f"the TLS file {file} does not exist")


def given_certificates(*files: Path | None) -> Certificates | None:
    """From the three files, all or none of them.

    Raises:
        ConfigurationError: some are missing.
    """
    given = [file for file in files if file is not None]
    if not given:
        return None
    if len(given) < len(files):
        raise ConfigurationError("TLS takes all three: --tls-ca, --tls-cert and --tls-key")
    return Certificates(*given)


def check_address(address: str, certificates: Certificates | None) -> None:
    """Refuse a scheduler that strangers could use or listen to.

    Raises:
        ConfigurationError: it is neither TLS with certificates nor plain on this very computer.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("tls", "tcp") or not parts.hostname or not _port(address):
        raise ConfigurationError(f"scheduler = {address!r}; write tls://HOST:PORT")
    if parts.scheme == "tcp" and not _is_loopback(parts.hostname):
        raise ConfigurationError(
            f"scheduler = {address!r} is not encrypted, and an open scheduler lets anyone on the "
            "network run code on every worker; start scheduler and workers with certificates "
            "and use tls://"
        )
    if parts.scheme == "tls" and certificates is None:
        raise ConfigurationError(
            f"scheduler = {address!r} needs --tls-ca, --tls-cert and --tls-key: your certificate "
            "proves to the cluster who you are"
        )


@contextmanager
def cluster(address: str, certificates: Certificates | None) -> Iterator[Any]:
    """A client of the cluster, whose workers run the furutalib that runs here.

    Raises:
        ConfigurationError: see `check_address`.
        RunError: nobody answers, there is no worker, or a worker has another furutalib.
    """
    check_address(address, certificates)
    try:
        import distributed
    except ImportError as error:
        raise RunError(
            "a sweep on a cluster needs Dask: pip install 'distributed>=2026.3'"
        ) from error
    dask: Any = distributed  # its calls have no types
    security = None
    if certificates is not None:
        security = dask.Security(
            tls_ca_file=str(certificates.authority),
            tls_client_cert=str(certificates.certificate),
            tls_client_key=str(certificates.key),
            require_encryption=True,
        )
    try:
        client = dask.Client(address, security=security, timeout=_CONNECT_S)
    except (OSError, ValueError) as error:
        raise RunError(
            f"the scheduler {address} cannot be reached ({_told(error)}); is it "
            "running there, with certificates of the same authority?"
        ) from error
    with client:
        _check_workers(client)
        yield client


def version() -> str:
    """The furutalib that runs here, down to its code."""
    return f"{versions().get('furutalib', 'not installed')} ({code_hash()})"


def _check_workers(client: Any) -> None:
    try:
        found: dict[str, str] = client.run(version)
    except (ImportError, AttributeError) as error:
        raise RunError(f"the workers have no furutalib {version()}: {error}") from error
    if not found:
        raise RunError("the scheduler has no workers; start some with `dask worker`")
    others = [f"{worker}: {theirs}" for worker, theirs in found.items() if theirs != version()]
    if others:
        raise RunError(
            f"workers run another furutalib than {version()} here: {', '.join(others)}; "
            "install the same one everywhere, so that all runs are comparable"
        )


def _told(error: Exception) -> str:
    """Its first line; a time-out often has none."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def _port(address: str) -> int | None:
    try:
        return urlsplit(address).port
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
