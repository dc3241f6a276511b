// `ivus serve` with a real cart's firmware: an emergency stop is reset by an answer, refused while it is pressed, and the control
// is given back to the bedside unit.

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { serve } from "../../src/host/cli/serve"
import { fixedIdentity } from "../../src/host/link/host-identity"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"
import { boardOverTcp } from "../support/carts/board-over-tcp"

const test = suite("ivus serve after a fault")

/** Generous, on a busy computer. */
const LIMIT_MS = 30_000

test("an emergency stop is reset by an answer only, once it is released; then control is given back [IVUS-SAF-002]", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ivus-serve-faults-"))
    const printed: string[] = []
    let open: { what: string; yes: () => void } | undefined
    const serving = await serve(
        ...([0, folder, (line: string) => void printed.push(line)] as const),
        { ...fixedIdentity(undefined, randomOf(1)), insecure: true },
        {
            ask: (what, _question, yes) => {
                const asked = { what, yes }
                open = asked
                return () => void (open === asked && (open = undefined))
            },
        }
    )
    const board = await boardOverTcp(serving.port, async bench => {
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
        await serving.close()
        board.stop()
        rmSync(folder, { recursive: true })
    }
})

test.run()
