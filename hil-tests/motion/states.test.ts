// Random requests, faults, e-stops and lost links on the real firmware: its states are those of an independent model, and by the instruments
// nothing moves or fires that the model does not allow. `npm run states` does 2,000 steps.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { emptyWalk, vmWalk } from "../../src/tools/states/vm-walk"

const STEPS = 100
const SEED = 2

const test = suite("states")

test(`${STEPS} random steps are within the model, and rules 3 to 6 hold in each [IVUS-MOT-001, IVUS-MOT-003, IVUS-MOT-009, IVUS-SAF-001, IVUS-SAF-002, IVUS-SAF-006, IVUS-SAF-007, IVUS-LNK-001, IVUS-TX-001]`, async () => {
    const { steps, visits } = await vmWalk(STEPS, SEED, emptyWalk())
    assert.is(steps, STEPS)
    // Of 15; boot and self test are over before a step is judged.
    assert.ok(visits.size >= 8, [...visits.keys()].join(", "))
})

test.run()
