"""Ask whether known vulnerabilities touch the installed packages.

One that is found fails the run. Where the service that knows them cannot be asked, the run goes on and says so: a
network without it must not stop the work, nor pass for a clean answer.
"""

import json
import subprocess
import sys

ASK = ["pip-audit", "--format", "json", "--progress-spinner", "off", "--timeout", "20"]


def main() -> int:
    """Print what was found; 1 when a package has a known vulnerability."""
    done = subprocess.run(ASK, capture_output=True, text=True)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("NOT AUDITED: the advisory service could not be asked. The last line it left:", file=sys.stderr)
        print(f"  {(done.stderr.strip().splitlines() or ['nothing'])[-1]}", file=sys.stderr)
        return 0
    found = [(package, known) for package in packages for known in package.get("vulns", ())]
    for package, known in found:
        fixed = ", ".join(known.get("fix_versions", ())) or "none yet"
        print(f"{package['name']} {package['version']}: {known['id']}, fixed in {fixed}", file=sys.stderr)
    print(f"{len(packages)} packages audited, {len(found)} known vulnerabilities")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
