"""A digest by mail: text and HTML in one message, over SMTP that is secret on the way."""

import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from model.document import Document
from model.words import clean
from sync.config.digests import MailTable
from sync.digest.base import Letter, Lost, NotSent
from sync.digest.html import render_html
from sync.digest.plain import render_text

TIMEOUT = 30.0
"""Seconds without an answer before the server counts as lost."""
ATTEMPTS = 3
NO_STARTTLS = "does not offer STARTTLS, so nothing was sent; use a server that does"


class Later(NotSent):
    """It was certainly not taken, and the same may work in a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDestination:
    mail: MailTable
    to: tuple[str, ...]
    password: str = field(repr=False, default="")
    now: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    trust: ssl.SSLContext | None = field(repr=False, default=None)
    """Whose certificates are believed; None: those of this machine."""
    notifies: bool = True

    @property
    def where(self) -> str:
        return f"mail to {self.to[0]}" + (f" and {len(self.to) - 1} more" if len(self.to) > 1 else "")

    def send(self, letter: Letter, document: Document, place: str) -> str:
        message = message_of(letter, document, self.mail.sender, self.to, self.now())
        retrying = Retrying(
            retry=retry_if_exception_type(Later),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(multiplier=2, max=30),
            sleep=self.sleep,
            reraise=True,
        )
        retrying(self._once, message)
        return ""

    def _once(self, message: EmailMessage) -> None:
        server = f"{self.mail.host}:{self.mail.port}"
        failed: NotSent | None = None
        try:
            smtp = self._connected()
            try:
                self._deliver(smtp, message)
                with suppress(OSError, smtplib.SMTPException):  # it has been taken, whatever the farewell is
                    smtp.quit()
            finally:
                smtp.close()
        except NotSent as error:
            failed = error
        except ssl.SSLError:
            failed = NotSent(f"the TLS certificate of {server} is not trusted here, or it does not speak TLS")
        except UnicodeEncodeError:
            failed = NotSent(f"we can log in to {server} with ASCII alone; mail.user or its password has other signs")
        except (OSError, smtplib.SMTPException) as error:
            failed = _said(server, error)
        if failed is not None:
            # Outside of the handler: what the library raised may quote what was sent.
            raise failed

    def _connected(self) -> smtplib.SMTP:
        context = self.trust or ssl.create_default_context()
        host, port = self.mail.host.strip("[]"), self.mail.port
        if self.mail.tls == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        smtp = smtplib.SMTP(host, port, timeout=TIMEOUT)
        if self.mail.tls == "starttls":
            try:
                smtp.starttls(context=context)
            except smtplib.SMTPNotSupportedError:
                smtp.close()
                raise NotSent(f"{self.mail.host}:{port} {NO_STARTTLS}") from None
            except BaseException:
                smtp.close()
                raise
        return smtp

    def _deliver(self, smtp: smtplib.SMTP, message: EmailMessage) -> None:
        """Step by step, to know how far it came: only what was handed over whole may have arrived."""
        if self.mail.user:
            smtp.login(self.mail.user, self.password)
        smtp.ehlo_or_helo_if_needed()
        _answer(smtp.mail(parseaddr(self.mail.sender)[1]), "the sender", smtp)
        refused = [address for address in self.to if smtp.rcpt(address)[0] not in (250, 251)]
        if len(refused) == len(self.to):
            raise NotSent(f"{self.mail.host} takes no mail for {', '.join(refused)}")
        try:
            code, _ = smtp.data(message.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as error:
            _answer((error.smtp_code, b""), "the message", smtp)
            raise
        except (OSError, smtplib.SMTPException):
            raise Lost(f"{self.mail.host} gave no answer to the message, so it may have arrived") from None
        _answer((code, b""), "the message", smtp)
        if refused:
            raise Lost(f"it went out, but {self.mail.host} takes no mail for {', '.join(refused)}")


def _answer(answer: tuple[int, bytes], what: str, smtp: smtplib.SMTP) -> None:
    """Raise where the server did not take it: 4xx may pass by itself, 5xx does not."""
    code, _ = answer
    if code >= 300:
        kind = Later if code < 500 else NotSent
        raise kind(f"the mail server does not take {what} ({code})")


def _said(server: str, error: Exception) -> NotSent:
    match error:
        case smtplib.SMTPAuthenticationError():
            return NotSent(f"{server} refuses our user or password; check mail.user and CROSSTIE_MAIL__PASSWORD")
        case smtplib.SMTPNotSupportedError():
            return NotSent(f"{server} knows no way to log in that we know; leave out mail.user if it needs none")
        case smtplib.SMTPResponseException(smtp_code=code):
            return (Later if code < 500 else NotSent)(f"{server} answered {code}")
    return Later(f"{server} cannot be reached, or broke the connection off")


def message_of(letter: Letter, document: Document, sender: str, to: tuple[str, ...], now: datetime) -> EmailMessage:
    """The same message id for the same digest: a mail program that gets it twice can tell."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    domain = address.rpartition("@")[2] or "localhost"
    message["From"] = Address(clean(name), addr_spec=address)
    message["To"] = tuple(Address(addr_spec=one) for one in to)
    message["Subject"] = clean(f"crosstie: {letter.title}")
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<crosstie.{letter.name}.{letter.day:%Y%m%d}@{domain}>"
    message["List-Id"] = f"<{letter.name}.crosstie.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(render_text(letter, document), cte="quoted-printable")
    message.add_alternative(render_html(letter, document), subtype="html", cte="quoted-printable")
    return message
