// The hello of a board of another layout or version is read without knowing them, and the reject names what differs.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { PROTOCOL_VERSION, sealHeader, VERSION_AT } from "../../shared/protocol/burst"
import { putNumber } from "../../shared/protocol/bytes"
import { layoutHash } from "../../shared/protocol/layout-hash"
import * as codes from "../../shared/codes"
import { CONTRACT_VERSION } from "../../shared/versions"
import { foreignHello } from "./foreign-hello"
import { resealPayload } from "./testing/met-board"
import { TestBoard } from "./testing/test-board"

/** Offsets in a hello burst. */
const [HASH_AT, FIRMWARE_AT] = [64, 64 + 12]

function hello(version: number, hash: number, contract = CONTRACT_VERSION): Uint8Array {
    const bytes = new TestBoard().hello().bytes()
    putNumber(bytes, VERSION_AT, "u8", version)
    putNumber(bytes, HASH_AT, "u32", hash)
    putNumber(bytes, FIRMWARE_AT, "u32", contract << 8)
    resealPayload(bytes)
    sealHeader(bytes, hash)
    return bytes
}

const test = suite("the hello of another board")

test("each row of the table of versions has its reject", () => {
    const [ours, other] = [layoutHash(), layoutHash() ^ 1]
    const [same, next] = [PROTOCOL_VERSION, PROTOCOL_VERSION + 1]
    const rows: [Uint8Array, number | undefined][] = [
        [hello(same, ours), undefined],
        [hello(next, ours), codes.REJECT_VERSION],
        [hello(next, other), codes.REJECT_VERSION],
        [hello(same, other), codes.REJECT_LAYOUT],
        [hello(next, other, CONTRACT_VERSION - 1), codes.REJECT_CART_OLDER],
        [hello(next, ours, CONTRACT_VERSION + 1), codes.REJECT_HOST_OLDER],
    ]
    for (const [bytes, reason] of rows) {
        assert.is(foreignHello(bytes)?.reason, reason)
        assert.is(foreignHello(bytes.subarray(0, bytes.length - 1)), undefined)
    }
})

test.run()
