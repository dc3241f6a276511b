// `ivus serve` with a real cart's firmware: an emergency stop is reset by an answer, refused while it is pressed, and the control
// is given back to the bedside unit.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { boardOverTcp } from "../support/carts/board-over-tcp"
import { ServingHost } from "../support/cli/serving-host"

const test = suite("ivus serve after a fault")

/** Generous, on a busy computer. */
const LIMIT_MS = 30_000

test("an emergency stop is reset by an answer only, once it is released; then control is given back [IVUS-SAF-002]", async () => {
    let open: { what: string; yes: () => void } | undefined
    const host = await ServingHost.start(
        {
            insecure: true,
            ask: (what, _question, yes) => {
                const asked = { what, yes }
                open = asked
                return () => void (open === asked && (open = undefined))
            },
        },
        []
    )
    const { printed } = host
    const board = await boardOverTcp(host.port, async bench => {
        await bench.home()
        bench.cart.board.pressEstop()
        await bench.reach(machine.STATE_STOPPED)
    })
    const until = async (what: string, reached: () => boolean): Promise<void> => {
        const endMs = performance.now() + LIMIT_MS
        while (!reached()) {
            if (performance.now() > endMs) throw new Error(`${what}: ${printed.join("\n")}`)
            await new Promise(resolve => setTimeout(resolve, 20))
        }
    }
    const answer = (): void => {
        const { yes } = open!
        open = undefined
        yes()
    }
    try {
        await until("no question", () => open !== undefined)
        assert.match(open!.what, /^cart \w+: The cart is stopped: emergency stop: release it/)
        answer()
        await until("no refusal", () => printed.some(line => line.includes("still pressed")))
        await until("no second question", () => open !== undefined)
        board.bench.cart.board.releaseEstop()
        answer()
        const count = (text: RegExp): number => printed.filter(line => text.test(line)).length
        await until("control is kept", () => count(/now nobody is in control$/) === 2)
        // A refusal would be asked again at the next status.
        await new Promise(resolve => setTimeout(resolve, 500))
        assert.equal([open, count(/refused/)], [undefined, 1])
        // For each answer it was taken and given back.
        assert.equal(
            printed.flatMap(line => /now (.*) in control$/.exec(line)?.[1] ?? []),
            ["the host is", "nobody is", "the host is", "nobody is"]
        )
    } finally {
        await host.close()
        board.stop()
    }
})

test.run()
