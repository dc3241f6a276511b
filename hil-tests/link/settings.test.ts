// Damaged settings: the program neither stops nor restarts, and says what is wrong in its log, to the host and on the display.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { EVENT_LINK_REFUSED, REJECT_HOST_SETTING } from "../../src/shared/codes"
import { STATE_UNHOMED } from "../../src/shared/cart-machine"
import { LINK_INSECURE_SETTING, LINK_KEY_SETTING } from "../../src/shared/protocol/session"
import { BenchCart, REQUEST } from "../support/carts/bench-cart"
import { fixedIdentity } from "../../src/host/link/host-identity"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"

const test = suite("damaged settings")

/** A cart with these settings and no key, in session. */
async function cartWith(deploy: Record<string, unknown>): Promise<BenchCart> {
    const bench = await BenchCart.boot(REQUEST, {
        deploy: { [LINK_INSECURE_SETTING]: true, ...deploy },
        identity: fixedIdentity(undefined, randomOf(1)),
    })
    await bench.reach(STATE_UNHOMED, 3)
    await bench.wait(50)
    bench.cart.board.stopVm()
    assert.is(bench.cart.panic, undefined)
    return bench
}

for (const host of [null, 7316, "192.168.1.10:7316", [], { name: "a" }])
    test(`host is ${JSON.stringify(host)}: the default host is used, and the reason is reported`, async () => {
        const { log, events } = await cartWith({ host })
        assert.ok(
            log.some(line => /setting "host" is not usable/.test(line)),
            log.join("\n")
        )
        const reported = events.filter(e => e.code === EVENT_LINK_REFUSED).map(e => e.value)
        assert.equal(reported, [REJECT_HOST_SETTING])
    })

test("a right host is not reported, and a damaged key is no key", async () => {
    const host = { name: "192.168.1.10", port: 7316 }
    const { log, events } = await cartWith({ host, [LINK_KEY_SETTING]: [null, 5] })
    assert.not(events.some(e => e.code === EVENT_LINK_REFUSED))
    assert.ok(
        log.some(line => /link key is damaged/.test(line)),
        log.join("\n")
    )
})

test.run()
