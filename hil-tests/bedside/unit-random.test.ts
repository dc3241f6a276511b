// 1,000 random actions at the bedside unit (`npm run campaign:unit`): nothing may be unsafe, and display and cart must agree.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { actionsIn } from "../../src/tools/unit-campaign/action"
import { drawSequence } from "../../src/tools/unit-campaign/draw-actions"
import { SequenceBench } from "../../src/tools/unit-campaign/sequence-bench"
import * as machine from "../../src/shared/cart-machine"

const ACTIONS = 1000
const SEED = 1
/** States that only a sensible order of presses reaches. */
const REACHED = [
    ...[machine.STATE_HOMING, machine.STATE_LIVE, machine.STATE_ARMED, machine.STATE_PULLING],
    ...[machine.STATE_RETURNING, machine.STATE_JOGGING, machine.STATE_MANUAL],
    ...[machine.STATE_FAULT, machine.STATE_STOPPED],
]

const test = suite("any button at any time")

test(`${ACTIONS} random actions of seed ${SEED} are safe and shown as they are [IVUS-UNT-012]`, async () => {
    const bench = await SequenceBench.boot()
    const unsafe: string[] = []
    const reached = new Set<number>()
    let done = 0
    for (let n = 0; done < ACTIONS; n++) {
        const sequence = drawSequence(SEED, n)
        const { findings, states } = await bench.run(sequence)
        done += actionsIn([sequence])
        states.forEach(state => reached.add(state))
        for (const f of findings)
            unsafe.push(
                `${f.kind}: ${f.text}: npm run campaign:unit -- --seed ${SEED} --replay ${n}`
            )
    }
    bench.stop()
    assert.equal(unsafe, [])
    assert.equal(
        REACHED.filter(state => !reached.has(state)),
        []
    )
})

test.run()
