// The sentence about a restart, exactly.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as machine from "../../shared/cart-machine"
import { FAULT_STALL } from "../../shared/codes"
import { CAUSE_CONTROLLER, CAUSE_POWER, CAUSE_PROGRAM } from "../../shared/protocol/messages"
import { restartDetail, restartText } from "./restart-text"

const test = suite("restart text")
const RECORD = { sequence: 40, boots: 7, uptime_ms: 32_400, fault: 0 }

test("names state, uptime, cause and number of the start", () => {
    assert.is(
        restartText({ ...RECORD, state: machine.STATE_PULLING, cause: CAUSE_PROGRAM }),
        "The cart restarted in state pulling after 32 s, as its program alone started again; this is start number 7."
    )
    assert.is(
        restartText({ ...RECORD, state: machine.STATE_LIVE, cause: CAUSE_POWER }),
        "The cart restarted in state live after 32 s, as its power was switched on; this is start number 7."
    )
})

test("names a fault that was latched", () => {
    assert.match(
        restartText({
            ...RECORD,
            state: machine.STATE_FAULT,
            fault: FAULT_STALL,
            cause: CAUSE_CONTROLLER,
        })!,
        /Its fault then: the sled does not follow its motor/
    )
})

test("an ordinary power-up is only a detail", () => {
    const ordinary = { ...RECORD, state: machine.STATE_READY, cause: CAUSE_POWER }
    assert.is(restartText(ordinary), undefined)
    assert.match(restartDetail(ordinary), /in state ready/)
    assert.match(restartDetail({ ...ordinary, sequence: 0 }), /no record of an earlier run/)
})

test.run()
