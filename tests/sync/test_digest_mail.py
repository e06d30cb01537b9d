"""Mail over real SMTP: secret on the way, told how far it came, the same message for the same digest."""

import socket
import ssl
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sync.config.digests import MailTable
from sync.digest.base import Lost, NotSent
from sync.digest.mail import MailDestination
from tests.sync.build import NOW
from tests.sync.digest_world import PAGE, letter

PASSWORD = "s3cr3t-passw0rd"
TO = ("team@acme.example", "lead@acme.example")


@dataclass
class Box:
    """A mail server's behaviour, and what it took."""

    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    """Answers to messages, in order; then they are taken."""
    unknown: set[str] = field(default_factory=set)
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.at_data.pop(0) if self.at_data else "250 OK"
        if answer == "drop":
            transport: Any = server.transport
            transport.abort()
        if answer.startswith("250") or answer == "drop":
            message = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]  # bytes, as configured
            assert isinstance(message, EmailMessage)
            self.taken.append((list(envelope.rcpt_tos), message))
        return answer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's context, and one that believes it."""
    folder: Path = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    here, today = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    own, secret = folder / "cert.pem", folder / "key.pem"
    own.write_bytes(signed.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(own, secret)
    return server, ssl.create_default_context(cafile=own)


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=not right)


@contextmanager
def serving(box: Box, **options: Any) -> Iterator[Box]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def mailer(box: Box, *, trust: ssl.SSLContext | None = None, slept: list[float] | None = None, **table: Any) -> Any:
    given = {"host": "127.0.0.1", "port": box.port, "from": "crosstie <bot@acme.example>", "tls": "none", **table}
    sleep = (slept if slept is not None else list[float]()).append
    return MailDestination(
        mail=MailTable.model_validate(given), to=TO, password=PASSWORD, now=lambda: NOW, sleep=sleep, trust=trust
    )


def test_a_message_has_text_html_and_what_mail_programs_sort_by() -> None:
    with serving(Box()) as box:
        mailer(box).send(letter(), PAGE, "")
    ((to, message),) = box.taken
    assert tuple(to) == TO
    assert message["Subject"] == "crosstie: payments, Tue 3 Mar 2026: 2 not said on the tickets"
    assert message["From"] == "crosstie <bot@acme.example>"
    assert message["Message-ID"] == "<crosstie.pay.20260303@acme.example>"
    assert message["List-Id"] == "<pay.crosstie.acme.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert max(len(line) for line in message.as_bytes().splitlines()) < 999


def test_the_same_digest_is_the_same_message() -> None:
    with serving(Box()) as box:
        for _ in range(2):
            mailer(box).send(letter(), PAGE, "")
    one, other = (message for _, message in box.taken)
    assert one["Message-ID"] == other["Message-ID"]


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_with_a_password_only_over_tls_that_is_trusted(
    how: str, certificate: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server, trust = certificate
    tls = {"ssl_context": server} if how == "tls" else {"tls_context": server, "require_starttls": True}
    options = {**tls, "authenticator": _login, "auth_required": how != "tls", "auth_require_tls": how != "tls"}
    with serving(Box(), **options) as box:
        mailer(box, tls=how, user="bot", trust=trust).send(letter(), PAGE, "")
        assert len(box.taken) == 1
        with pytest.raises(NotSent, match="is not trusted here") as error:
            mailer(box, tls=how, user="bot").send(letter(), PAGE, "")
        assert PASSWORD not in "".join(traceback.format_exception(error.value))
    assert len(box.taken) == 1


def test_a_server_without_starttls_gets_neither_password_nor_message() -> None:
    with serving(Box()) as box, pytest.raises(NotSent, match="does not offer STARTTLS"):
        mailer(box, tls="starttls", user="bot").send(letter(), PAGE, "")
    assert box.taken == []


def test_a_wrong_password_is_said_without_it(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server, trust = certificate
    with serving(Box(), tls_context=server, authenticator=lambda *_: AuthResult(success=False, handled=False)) as box:
        made = mailer(box, tls="starttls", user="bot", trust=trust)
        with pytest.raises(NotSent, match="refuses our user or password") as error:
            made.send(letter(), PAGE, "")
    said = "".join(traceback.format_exception(error.value))
    assert PASSWORD not in f"{said} {made!r}"


def test_a_password_that_smtp_cannot_carry_is_said_without_it(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, trust = certificate
    with serving(Box(), tls_context=server, authenticator=_login) as box:
        made = replace(mailer(box, tls="starttls", user="bot", trust=trust), password="grün-s3cr3t")
        with pytest.raises(NotSent, match="with ASCII alone") as error:
            made.send(letter(), PAGE, "")
    assert "s3cr3t" not in "".join(traceback.format_exception(error.value))
    assert (error.value.__context__, error.value.__cause__) == (None, None), "the library's error holds the password"


def test_what_was_not_taken_for_now_is_tried_again_and_what_never_will_be_is_not() -> None:
    slept: list[float] = []
    with serving(Box(at_data=["451 later", "452 later"])) as box:
        mailer(box, slept=slept).send(letter(), PAGE, "")
        assert len(box.taken) == 1
        assert len(slept) == 2
        box.at_data = ["554 spam"]
        with pytest.raises(NotSent, match=r"does not take the message \(554\)"):
            mailer(box, slept=slept).send(letter(), PAGE, "")
    assert len(slept) == 2
    assert len(box.taken) == 1


def test_a_lost_answer_to_the_message_is_never_followed_by_a_second() -> None:
    with serving(Box(at_data=["drop"])) as box, pytest.raises(Lost, match="may have arrived"):
        mailer(box).send(letter(), PAGE, "")
    assert len(box.taken) == 1


def test_one_address_that_is_not_taken_is_named_and_the_others_get_theirs() -> None:
    with serving(Box(unknown={TO[0]})) as box:
        with pytest.raises(Lost, match=r"it went out, but .* takes no mail for team@acme\.example"):
            mailer(box).send(letter(), PAGE, "")
        assert [to for to, _ in box.taken] == [[TO[1]]]
        box.unknown |= {TO[1]}
        with pytest.raises(NotSent, match="takes no mail for"):
            mailer(box).send(letter(), PAGE, "")
    assert len(box.taken) == 1


def test_a_server_that_is_not_there_is_tried_three_times() -> None:
    slept: list[float] = []
    with serving(Box()) as box:
        pass
    with pytest.raises(NotSent, match="cannot be reached"):
        mailer(box, slept=slept).send(letter(), PAGE, "")
    assert len(slept) == 2
