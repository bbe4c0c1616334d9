"""How people sign in: passwords, lockout, the second step, sessions. From the environment, like all settings.

PASSWORD_MIN_LENGTH     characters; default: 10
PASSWORD_MAX_AGE_DAYS   a password is changed after so many days; 0: never; default: 90
PASSWORD_HISTORY        so many past passwords are not taken again; default: 5
SESSION_IDLE_MINUTES    a session that is not used ends; default: 30
OTP_ROLES               roles that need a second step, comma-separated; "superuser" is the installing administrator;
                        "none" switches it off; default: the administrators once BASE_URL says https, none before
TRUSTED_PROXIES         networks whose X-Forwarded-For and X-Forwarded-Proto are believed, "unix" for a Unix socket
PRIVACY_NOTICE          the first sign-in shows the notice on personal data, and so does a new version; default: on
SIGN_IN_KEEP_DAYS       for so many days failed sign-ins are kept with the name that was typed; default: 30
TWO_PERSON_RULE         a restore, removing demonstration data, deleting a plan and giving the role of security
                        administrator need a permit that another administrator gave within the hour; default: off
SEPARATION_OF_DUTIES    once three people are system, security and audit administrator of everything, superusers hold
                        none of their rights but by emergency access, which one of them agrees to; default: on
EXPENSIVE_LIMIT         reports asked for and exports of one person within ten minutes; default: 60
"""

from datetime import timedelta

from config.environment import env

PASSWORD_MIN_LENGTH = env.whole("PASSWORD_MIN_LENGTH", default=10, minimum=8, maximum=128, unit="characters")
PASSWORD_MAX_AGE_DAYS = env.whole(
    "PASSWORD_MAX_AGE_DAYS", default=90, minimum=1, maximum=3650, unit="days", or_zero="passwords are not changed"
)
PASSWORD_HISTORY = env.whole("PASSWORD_HISTORY", default=5, minimum=0, maximum=50, unit="passwords")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name", "email", "phone")},
    },
    {"NAME": "tracker.services.accounts.passwords.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "tracker.services.accounts.passwords.KindsOfCharacters"},
    {"NAME": "tracker.services.accounts.passwords.NotUsedLately"},
]

AUTHENTICATION_BACKENDS = ["tracker.web.access_backend.LockoutBackend", "tracker.web.access_backend.MembershipBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # the event log is the record
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "tracker.web.typed_names.typed_name"
AXES_CLIENT_IP_CALLABLE = "tracker.web.addresses.address_of"
AXES_LOCKOUT_CALLABLE = "tracker.views.locked.locked_out"
#: Failures from one address within the cool-off, whichever accounts they tried.
FAILURES_OF_AN_ADDRESS = 50

OTP_TOTP_ISSUER = "Policy target tracker"
OTP_TOTP_THROTTLE_FACTOR = 1
ADMINISTRATORS = ["system_admin", "security_admin", "audit_admin", "superuser"]
#: Every role by the name that a membership stores, which models.organisation defines; a test compares the two.
ROLES = ["reporter", "reviewer", "plan_manager", "leader", "auditor", *ADMINISTRATORS]
#: Also decides which default OTP_ROLES has, so it is read here.
BASE_URL = env.url(
    "BASE_URL",
    default="http://127.0.0.1:8000",
    schemes=("http", "https"),
    expected="the address people use, such as https://targets.example.com, without a path",
    check=lambda parts: bool(parts.hostname) and parts.path in ("", "/") and not (parts.query or "@" in parts.netloc),
).rstrip("/")
HTTPS = BASE_URL.startswith("https://")
OTP_ROLES = env.choices("OTP_ROLES", ROLES, default=ADMINISTRATORS if HTTPS else [])

SESSION_COOKIE_AGE = (
    env.whole("SESSION_IDLE_MINUTES", default=30, minimum=1, maximum=1440, unit="minutes (at most a day)") * 60
)
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
#: Use is noted, and the session prolonged, at most this often: not a write for every request.
SESSION_NOTED_EVERY = 60

TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", default=[], also=["unix"])
EXPENSIVE_LIMIT = env.whole("EXPENSIVE_LIMIT", default=60, minimum=1, maximum=100_000, unit="requests")
PRIVACY_NOTICE = env.flag("PRIVACY_NOTICE", default=True)
SIGN_IN_KEEP_DAYS = env.whole("SIGN_IN_KEEP_DAYS", default=30, minimum=1, maximum=3650, unit="days")
TWO_PERSON_RULE = env.flag("TWO_PERSON_RULE", default=False)
SEPARATION_OF_DUTIES = env.flag("SEPARATION_OF_DUTIES", default=True)
EXPENSIVE_WITHIN = timedelta(minutes=10)
