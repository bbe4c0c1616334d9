"""A mail server named by one URL: STARTTLS, TLS from the start, login, one connection for a batch; `check_mail`."""

import ssl
from collections.abc import Iterator
from io import StringIO

import environ
import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from django.core.management import CommandError, call_command

from tests.services.test_smtp import ENVELOPE, certificate  # noqa: F401 - a fixture
from tests.smtp_peer import Mailbox, free_port, mail_server
from tracker.services.mail import deliveries, smtp

#: aiosmtpd does not see that a connection which is encrypted from the start is encrypted.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")


def authenticate(server, session, envelope, mechanism, data) -> AuthResult:  # type: ignore[no-untyped-def]
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"user", b"pass/word@1")
    return AuthResult(success=good, handled=False)


@pytest.fixture(params=["smtp+tls", "smtp+ssl"])
def encrypted(request, certificate, monkeypatch) -> Iterator[tuple[str, int, Mailbox]]:  # noqa: F811
    """A server that wants encryption and a login; its scheme, its port and its mailbox."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    port = free_port()
    login = {"authenticator": authenticate, "auth_required": True}
    if request.param == "smtp+tls":
        encryption = {"tls_context": context, "require_starttls": True}
    else:
        encryption = {"ssl_context": context, "auth_require_tls": False}
    with mail_server(Mailbox(), port, **login, **encryption) as mailbox:
        yield request.param, port, mailbox


def use(settings, url: str) -> None:  # type: ignore[no-untyped-def]
    """As config/settings.py reads EMAIL_URL."""
    settings.EMAIL_SENDING, settings.EMAIL_TIMEOUT = True, 5
    settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
    for name, value in environ.Env.email_url_config(url).items():
        setattr(settings, name, value)


def test_one_url_says_all_and_a_batch_goes_over_one_connection(encrypted, settings):
    scheme, port, mailbox = encrypted
    use(settings, f"{scheme}://user:pass%2Fword%401@127.0.0.1:{port}")
    with smtp.Session(deliveries.mail_server()) as session:
        for _number in range(5):
            session.send(ENVELOPE)
    assert mailbox.messages == [ENVELOPE.data] * 5
    hellos = 2 if scheme == "smtp+tls" else 1  # once more inside the encryption
    assert mailbox.connections == hellos


def test_check_mail_proves_it(encrypted, settings):
    scheme, port, mailbox = encrypted
    use(settings, f"{scheme}://user:pass%2Fword%401@127.0.0.1:{port}")
    out = StringIO()
    call_command("check_mail", "admin@example.com", stdout=out)
    assert mailbox.recipients == ["admin@example.com"]
    assert "queued as 4711" in out.getvalue()


def test_check_mail_says_what_is_wrong_with_the_password(encrypted, settings):
    scheme, port, mailbox = encrypted
    use(settings, f"{scheme}://user:wrong@127.0.0.1:{port}")
    with pytest.raises(CommandError) as failure:
        call_command("check_mail", "admin@example.com", stdout=StringIO())
    assert "535" in str(failure.value) and "EMAIL_URL" in str(failure.value)
    assert mailbox.messages == []


def test_a_login_that_fails_is_tried_once_for_the_whole_batch(encrypted, settings):
    scheme, port, mailbox = encrypted
    use(settings, f"{scheme}://user:wrong@127.0.0.1:{port}")
    with smtp.Session(deliveries.mail_server()) as session:
        for _number in range(5):
            with pytest.raises(smtp.SendFailure) as failure:
                session.send(ENVELOPE)
            assert (failure.value.stage, failure.value.is_lasting) == (smtp.Stage.LOGIN, False)
    assert mailbox.connections <= 2


def test_a_server_that_hung_up_meanwhile_is_called_again(settings):
    port = free_port()
    use(settings, f"smtp://127.0.0.1:{port}")
    with smtp.Session(deliveries.mail_server()) as session:
        with mail_server(Mailbox(), port) as first:
            session.send(ENVELOPE)
        with mail_server(Mailbox(), port) as second:
            session.send(ENVELOPE)
    assert (len(first.messages), len(second.messages)) == (1, 1)
