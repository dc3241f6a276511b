// Program of the bedside unit. Investigational equipment, not for clinical use.

import * as ds from "@devicescript/core"
import { newUnitState } from "./firmware/bedside/unit-state"

const unit = newUnitState()
for (;;) {
    await ds.sleep(1000)
    console.log(unit.cart.state)
}
