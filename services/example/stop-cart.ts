// Example of a Jacdac client: prints the state of a cart and stops it. Run: npx tsx services/example/stop-cart.ts [PORT]

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { STATE_NAMES } from "../../src/shared/cart-machine"

// The ES module of jacdac-ts cannot open a socket in Node.
const { JDBus, Packet, createNodeSocketTransport } = createRequire(import.meta.url)("jacdac-ts")
const LIMIT_MS = 5000
const services = JSON.parse(readFileSync(".devicescript/services.json", "utf8"))
const [CART, STATE, STOP] = [0x14f1c2a7, 0x181, 0x85] // services/pullback-cart.md

const socket = createNodeSocketTransport(Number(process.argv[2] ?? 8082)) // npx devs devtools
const bus = new JDBus([socket], { client: true, disableRoleManager: true, services })
const fail = () => (
    console.error("no cart on this bus: is the port that of devs devtools?"),
    process.exit(1)
)
setTimeout(fail, 20_000).unref()
await bus.connect()
let cart
while (!(cart = bus.services({ serviceClass: CART })[0])) await bus.delay(100)
const state = cart.register(STATE)
// One attempt lasts 150 ms: too short while this computer is busy.
while (state.intValue === undefined) await state.refresh()
console.log(`state: ${STATE_NAMES[state.intValue]}`)
const answer = await cart.sendCmdAwaitResponseAsync(Packet.onlyHeader(STOP), LIMIT_MS)
const [reason] = answer.jdunpack("u32 i32")
console.log(reason === 0 ? "stopped" : `refused: ${reason}`)
await bus.stop()
