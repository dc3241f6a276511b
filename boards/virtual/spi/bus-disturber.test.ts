// Each disturbance of the SPI bus changes what device and controller see as it says, and nothing else.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { BusDisturber, type Disturbance } from "./bus-disturber"

/** A device that answers with the bytes it received, plus one. */
function busWith(disturbance: Disturbance) {
    const received: number[][] = []
    const bus = new BusDisturber()
    bus.begin(disturbance)
    const transfer = (mosi: number[], timeUs = 0, device = "chip"): number[] => [
        ...bus.through(device, Uint8Array.from(mosi), timeUs, bits => {
            received.push([...bits])
            return bits.map(byte => byte + 1)
        }),
    ]
    return { bus, received, transfer }
}

const disturbing = suite("disturbances of the SPI bus")

disturbing("lost: the device receives nothing, MISO is at one level", () => {
    const { received, transfer } = busWith({ device: "chip", disturbed: { how: "lost", miso: 1 } })
    assert.equal(transfer([1, 2]), [0xff, 0xff])
    assert.equal(received, [])
    // Only the first transfer.
    assert.equal(transfer([1, 2]), [2, 3])
})

disturbing("doubled: the device receives the transfer twice", () => {
    const { received, transfer } = busWith({ device: "chip", disturbed: { how: "doubled" } })
    assert.equal(transfer([1]), [2])
    assert.equal(received, [[1], [1]])
})

disturbing("flipped bits, counted from the first one, in either direction", () => {
    const mosi = busWith({
        device: "chip",
        disturbed: { how: "flipped", line: "mosi", bits: [0, 15] },
    })
    assert.equal(mosi.transfer([1, 2]), [0x82, 4])
    assert.equal(mosi.received, [[0x81, 3]])
    const miso = busWith({ device: "chip", disturbed: { how: "flipped", line: "miso", bits: [7] } })
    assert.equal(miso.transfer([1, 2]), [3, 3])
    assert.equal(miso.received, [[1, 2]])
})

disturbing("replaced replies", () => {
    const { bus, transfer } = busWith({ device: "other", disturbed: { how: "doubled" } })
    transfer([8])
    bus.begin({ device: "chip", disturbed: { how: "replaced", by: "previous" } })
    assert.equal(transfer([1]), [9])
})

disturbing("other devices and transfers that are not meant are untouched", () => {
    const { bus, transfer } = busWith({
        device: "chip",
        disturbed: { how: "lost", miso: 0 },
        meant: mosi => mosi[0] === 7,
    })
    assert.equal(transfer([7], 0, "other"), [8])
    assert.equal(transfer([1]), [2])
    assert.equal(transfer([7]), [0])
    assert.is(bus.log.length, 1)
})

disturbing("a stretch lasts from its first transfer on", () => {
    const { transfer } = busWith({
        device: "chip",
        disturbed: { how: "lost", miso: 0 },
        forUs: 1000,
    })
    assert.equal([transfer([1], 5000), transfer([1], 5999), transfer([1], 6001)], [[0], [0], [2]])
})

disturbing("delayed: once, by the time asked for", () => {
    const { bus, transfer } = busWith({ device: "chip", disturbed: { how: "delayed", ms: 3 } })
    const mosi = Uint8Array.of(1)
    assert.equal([bus.delayUs("chip", mosi, 0), bus.delayUs("chip", mosi, 0)], [3000, 0])
    assert.equal(transfer([1]), [2])
})

disturbing.run()
