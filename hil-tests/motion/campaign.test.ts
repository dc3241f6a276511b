// 60 random single faults from the campaign (`npm run campaign`): none may be unsafe by the ruler.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { Carts } from "../../src/tools/campaign/carts"
import { drawCase } from "../../src/tools/campaign/draw"
import { runCase } from "../../src/tools/campaign/run-case"
import { CampaignCart } from "../../src/tools/campaign/campaign-cart"
import type { Case } from "../../src/tools/campaign/case"

const CASES = 60
/** All cases of these numbers have the same cart. */
const SEED = 1

const campaign = suite("single faults")

campaign(
    `${CASES} random cases of seed ${SEED} are safe [IVUS-MOT-003, IVUS-MOT-005, IVUS-MOT-006]`,
    async () => {
        const carts = new Carts()
        const unsafe: string[] = []
        let disturbed = 0
        for (let n = 0; n < CASES; n++) {
            const result = await carts.run(drawCase(SEED, n))
            if (result.disturbed) disturbed++
            for (const f of result.findings)
                unsafe.push(
                    `${f.kind}: ${f.text}: npm run campaign -- --replay '${JSON.stringify(result.c)}'`
                )
        }
        carts.stop()
        assert.equal(unsafe, [])
        // The moment of some lies after the end of their procedure.
        assert.ok(disturbed >= 0.8 * CASES, `${disturbed}`)
    }
)

const replay = suite("replaying a case")

/** A write is lost in mid-jog, and the same jog undisturbed. */
const LOST: Case = {
    ...{ cart: 1, frontEnd: "line-engine" },
    steps: [{ do: "jog", speed: 5, holdMs: 200, stops: true }],
    disturbance: {
        ...{
            what: "bus",
            device: "motor",
            how: { how: "lost", miso: 0 },
            atMs: 0,
            write: true,
            nth: 12,
        },
    },
}

replay("a case gives the same motion alone and after others", async () => {
    const positions = async (cart: CampaignCart, c: Case): Promise<number[]> => [
        ...(await runCase(cart, c)).recording.positionsMm,
    ]
    const cart = await CampaignCart.boot(LOST)
    const alone = await positions(cart, LOST)
    await positions(cart, { ...LOST, disturbance: { what: "hang", atMs: 0, forMs: 1 } })
    await positions(cart, { ...LOST, disturbance: { what: "restart", atMs: 100 } })
    await positions(cart, { ...LOST, disturbance: { what: "link", how: "cut", atMs: 50 } })
    await positions(cart, { ...LOST, steps: [{ do: "home" }] })
    assert.equal(await positions(cart, LOST), alone)
    cart.stop()
})

campaign.run()
replay.run()
