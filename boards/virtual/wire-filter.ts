// Which frames of a board its runtime puts on the Jacdac wire: not those that only concern the board itself.
// Source: jd_need_to_send in jdiface.c of the DeviceScript runtime.

const FLAG_COMMAND = 0x01
const ID_AT = 4
const ID_END = 12
const INDEX_AT = 13
const COMMAND_AT = 14

export class WireFilter {
    /** The ids under which the board announces itself. */
    private readonly own: Uint8Array[] = []

    /**
     * Announcements and commands to other devices pass; reports of the board's own services and commands to itself do not.
     * @param frame one that the board sends
     */
    passes(frame: Uint8Array): boolean {
        const command = frame[COMMAND_AT]! | (frame[COMMAND_AT + 1]! << 8)
        const isReport = (frame[3]! & FLAG_COMMAND) === 0
        if (isReport && command === 0 && frame[INDEX_AT] === 0 && !this.isOwn(frame))
            this.own.push(frame.slice(ID_AT, ID_END))
        if (command === 0) return true
        return !isReport && !this.isOwn(frame)
    }

    private isOwn(frame: Uint8Array): boolean {
        return this.own.some(id => id.every((byte, i) => frame[ID_AT + i] === byte))
    }
}
