// A jacdac-ts client on the cart's Jacdac bus, in virtual time.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { BenchCart } from "../support/carts/bench-cart"
import { isRegister, serviceSpec, type ServicePacket } from "../../src/tools/services/service-specs"
import { jacdac } from "../../boards/virtual/network/jacdac-ts"
import { JacdacClient } from "../support/jacdac/jacdac-client"

const test = suite("Jacdac client")

/** Jacdac's control service: class, and its registers for the description and the firmware's version. */
const CONTROL_CLASS = 0
const DESCRIPTION = 0x180
const FIRMWARE_VERSION = 0x185
const CLIENT_ID = "c11e470000000001"

test("a client finds the cart by its announcement and reads standard registers, at the speed of the bus", async () => {
    const bench = await BenchCart.boot()
    const client = await JacdacClient.connect(bench.cart.board, CLIENT_ID)
    await client.wait(1000)
    const control = client.bus
        .services({ serviceClass: CONTROL_CLASS })
        .find(({ device }) => device.deviceId !== CLIENT_ID)!
    assert.ok(control, "the cart is announced")
    const fromUs = bench.nowUs
    const text = Buffer.from(await client.read(control, DESCRIPTION)).toString()
    assert.match(text, /^DeviceScript/)
    // Request and reply have 16 and 44 bytes of 10 us, and 100 us between frames.
    const ms = (bench.nowUs - fromUs) / 1000
    assert.ok(ms > 0.8 && ms < 2, `${ms} ms`)
    assert.match(Buffer.from(await client.read(control, FIRMWARE_VERSION)).toString(), /^\d/)
    await client.stop()
    bench.cart.board.stopVm()
})

for (const shortId of ["pullback-cart", "pullback-settings", "event-log", "calibration"])
    test(`jacdac-ts decodes each register of ${shortId} by its specification, and the register of all has the same values`, async () => {
        const bench = await BenchCart.homed()
        const client = await JacdacClient.connect(bench.cart.board, CLIENT_ID)
        const spec = serviceSpec(shortId)
        const service = await client.service(spec.classIdentifier)
        const registers = spec.packets.filter(isRegister)
        const values = async ({ identifier, packFormat }: ServicePacket): Promise<unknown[]> => {
            const bytes = await client.read(service, identifier)
            const unpacked = jacdac.jdunpack(bytes, packFormat!) as unknown[]
            // Nothing is left over and nothing was missing.
            assert.equal(jacdac.jdpack(packFormat!, unpacked), bytes)
            return unpacked
        }
        const all = registers.find(({ fields }) => fields.length > 1)!
        const together = await values(all)
        for (const register of registers) {
            // jacdac-ts asks for more than the cart replies to when it has just found it.
            if (register === all || register.name === "dropped_replies") continue
            const at = all.fields.findIndex(({ name }) => name === register.name)
            const alone = await values(register)
            if (register.name === "time_ms")
                assert.ok((alone[0] as number) > (together[at] as number))
            else assert.equal(alone, [together[at]], register.name)
        }
        await client.stop()
    })

test.run()
