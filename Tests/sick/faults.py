"""The faults D5 to D16 and frozen neighbours, each by harmless means: things of our own that hang, flood, or talk nonsense."""

import frozen
from documents import HugeErrors, HugeMessage, SlowDocument, SlowPattern
from fault import Fault
from floods import ChattyDevices, LargeTexts, RefusedLines
from neighbours import CuriousProgram, HangingDatabases, HangingDevice, MissingChip, Undead
from stuck import SlowAdapter, StuckDatabase, StuckFiles, StuckLog, StuckState

ALL = [
    Fault, LargeTexts, StuckState, StuckFiles, StuckDatabase, StuckLog, SlowAdapter, SlowPattern, SlowDocument, HugeMessage,
    HangingDatabases, HangingDevice, MissingChip, Undead, CuriousProgram, ChattyDevices, RefusedLines, HugeErrors, *frozen.ALL,
]
