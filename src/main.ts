import * as ds from "@devicescript/core"
const vb = new ds.VirtualBoard()
vb.binding().subscribe(async c => { console.log("bound", c) })
const self = { fiber: null as ds.Fiber, rx: Buffer.alloc(4040) }
;(vb as any)._onPacket = async (pkt: ds.Packet) => {
    if (!pkt) return
    if (pkt.serviceCommand === 0x80) {
        const p = pkt.payload
        self.rx.blitAt(p.getAt(2, "u16"), p, 4, p.length - 4)
        if (p[1] && self.fiber) self.fiber.resume(1)
    }
}
const tx = Buffer.alloc(4040)
await ds.sleep(1500)
console.log("start", ds.millis())
self.fiber = ds.Fiber.self()
for (let i = 0; i < 2000; ++i) {
    await ds._twinMessage("b", tx)
    await ds.suspend<number>()
}
console.log("done", ds.millis(), self.rx[4])
