// Program of the bedside unit. Investigational equipment, not for clinical use.

import { runUnit } from "./firmware/bedside/unit"
import { newUnitState } from "./firmware/bedside/unit-state"
import { openUnitBoard } from "./firmware/platform/unit-board"

await runUnit(openUnitBoard(), newUnitState())
