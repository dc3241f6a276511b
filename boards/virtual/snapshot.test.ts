// A snapshot restores objects, collections and buffers in place.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { snapshotOf } from "./snapshot"

class Counter {
    count = 0
    readonly log: number[] = []
    next: Counter | undefined
    add(): void {
        this.log.push(++this.count)
    }
}

const snapshots = suite("snapshots of objects")

snapshots("fields, arrays and the objects they refer to, as often as wanted", () => {
    const root = new Counter()
    root.next = new Counter()
    root.next.next = root
    root.add()
    const restore = snapshotOf(root)
    const { next } = root
    for (let i = 0; i < 2; i++) {
        root.add()
        next.add()
        root.next = undefined
        Object.assign(root, { extra: 1 })
        restore()
        assert.equal([root.count, root.log, next.count, next.log], [1, [1], 0, []])
        assert.is(root.next, next)
        assert.is("extra" in root, false)
    }
})

snapshots("maps, sets and typed arrays", () => {
    const inner = { value: 1 }
    const root = { map: new Map([["a", inner]]), set: new Set([1]), bytes: Uint8Array.of(1, 2) }
    const { bytes } = root
    const restore = snapshotOf(root)
    inner.value = 2
    root.map.clear()
    root.set.add(2)
    root.bytes[1] = 9
    root.bytes = new Uint8Array(4)
    restore()
    assert.is(root.map.get("a"), inner)
    assert.is(inner.value, 1)
    assert.equal([...root.set], [1])
    assert.is(root.bytes, bytes)
    assert.equal([...bytes], [1, 2])
})

snapshots("constants and accessors are left alone", () => {
    const root = Object.freeze({ list: [1] })
    const restore = snapshotOf(root)
    root.list.push(2)
    restore()
    assert.equal(root.list, [1])
})

snapshots.run()
