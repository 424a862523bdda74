#!/usr/bin/env bash
# dlms-cosem 25.1.0 (PyPI) takes the time of a meter that runs on UTC for the local time of the reading machine.
#
# One would guess: a DLMS date-time with a deviation becomes a datetime with that zone, and one whose deviation is
# marked as not specified becomes a naive one. So it is for all deviations but one.
#
# What it does: a deviation of zero is treated as if there were none. The datetime of a meter on UTC is naive, the same
# as that of a meter which does not tell its zone, and Python takes naive times for local ones.
#
# What the standard says: the DLMS UA Blue Book, on the formats of date and time, has the deviation as a signed number
# of minutes from local time to UTC, and 8000 hex for "not specified". Zero is a value like others: local time is UTC.
#
# What it means: the load profile of such a meter, read in France, is stored an hour too early in winter and two in
# summer: consumption goes to the wrong tariff period, and in the night of the change in spring two of its hours land on
# one. Whoever reads such a meter looks at the bytes of the deviation, or sets the zone of naive times to UTC where the
# meter is known to run on it.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/findings/lib.bash"

python_packages dlms-cosem==25.1.0 attrs==26.1.0 python-dateutil==2.9.0.post0 six==1.17.0

see python <<'EOF'
import datetime
import os
import time

from dlms_cosem.time import datetime_from_bytes

# A machine in France.
os.environ["TZ"] = "CET-1CEST,M3.5.0,M10.5.0/3"
time.tzset()

# Wednesday 15 July 2026: year, month, day, day of the week, time, hundredths, deviation, status (summer time or not).
for what, text in [
    ("summer in France", "07EA 07 0F 03 0E0000 00 FF88 80"),
    ("winter in France", "07EA 07 0F 03 0D0000 00 FFC4 00"),
    ("UTC", "07EA 07 0F 03 0C0000 00 0000 00"),
    ("not specified", "07EA 07 0F 03 0E0000 00 8000 FF"),
]:
    read, _ = datetime_from_bytes(bytes.fromhex(text))
    utc = datetime.datetime.fromtimestamp(read.timestamp(), datetime.timezone.utc)
    print(f"{what:16}  deviation {text[24:28]}  {read.isoformat():25}  stored as {utc:%H:%M} UTC")
EOF

as_described <<'EOF'
summer in France  deviation FF88  2026-07-15T14:00:00+02:00  stored as 12:00 UTC
winter in France  deviation FFC4  2026-07-15T13:00:00+01:00  stored as 12:00 UTC
UTC               deviation 0000  2026-07-15T12:00:00        stored as 10:00 UTC
not specified     deviation 8000  2026-07-15T14:00:00        stored as 12:00 UTC
EOF
