// What is said about who is in control: each change once, and a refusal with its holder.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { EVENT_CONTROL, REFUSED_CONTROL } from "../../shared/codes"
import { reportsControl } from "./control-reports"
import { ReturnClient } from "./return-client"
import { RecordingSession, ScriptedOperator, statusOf } from "./testing/scripted-operator"

const test = suite("reports of who is in control")

test("names the holder at the first status and at each change, once", () => {
    const lines: string[] = []
    const { onStatus, onEvent } = reportsControl(line => void lines.push(line))
    const status = (control: number): void =>
        onStatus({ ...statusOf(machine.STATE_READY), control })
    status(machine.HOLDER_NOBODY)
    assert.equal(lines, [])
    status(machine.HOLDER_UNIT)
    status(machine.HOLDER_UNIT)
    onEvent({ code: EVENT_CONTROL, time_ms: 0, value: machine.HOLDER_NOBODY })
    onEvent({ code: EVENT_CONTROL, time_ms: 0, value: machine.HOLDER_HOST })
    status(machine.HOLDER_HOST)
    assert.equal(lines, [
        "now a bedside unit is in control",
        "now nobody is in control",
        "now the host is in control",
    ])
})

test("a client whose cart another device controls ends with who it is and what to do [IVUS-CTL-002]", () => {
    const person = new ScriptedOperator()
    const client = new ReturnClient(new RecordingSession().session, person.operator)
    client.listener.onStatus!(statusOf(machine.STATE_COMPLETED, 33))
    person.yes()
    client.listener.onRefusal!({
        ...{ command: machine.COMMAND_CONTROL, serial: 1 },
        ...{ reason: REFUSED_CONTROL, value: machine.HOLDER_UNIT },
    })
    assert.is(
        client.failure!.message,
        "The cart refused: another device is in control of the cart: end its procedure there, or switch it off (in control: a bedside unit)."
    )
})

test.run()
