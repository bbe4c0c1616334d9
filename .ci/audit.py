"""Ask whether known vulnerabilities touch the installed packages.

    .ci/audit.py            exits with 1 on a known vulnerability, with 3 when the advisory service could not be asked
    .ci/audit.py --offline  as above, and exits with 0 when it could not be asked, saying so

A network without that service must not stop daily work, nor pass for a clean answer: CI repeats the message in its last
line, and fails in release mode.
"""

import json
import subprocess
import sys

ASK = ["pip-audit", "--format", "json", "--progress-spinner", "off", "--timeout", "20"]
FOUND, NOT_ASKED = 1, 3


def main(arguments: list[str]) -> int:
    """Print the result and return the exit code."""
    done = subprocess.run(ASK, capture_output=True, text=True)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("NOT AUDITED: the advisory service could not be asked. The last line it left:", file=sys.stderr)
        print(f"  {(done.stderr.strip().splitlines() or ['nothing'])[-1]}", file=sys.stderr)
        return 0 if "--offline" in arguments else NOT_ASKED
    found = [(package, known) for package in packages for known in package.get("vulns", ())]
    for package, known in found:
        fixed = ", ".join(known.get("fix_versions", ())) or "none yet"
        print(f"{package['name']} {package['version']}: {known['id']}, fixed in {fixed}", file=sys.stderr)
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    print(f"{len(packages) - len(skipped)} packages audited, {len(found)} known vulnerabilities")
    if skipped:
        print(f"NOT AUDITED: {', '.join(skipped)}", file=sys.stderr)
    return FOUND if found else NOT_ASKED if skipped and "--offline" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
