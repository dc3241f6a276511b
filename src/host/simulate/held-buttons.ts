// The buttons that are held: on any page, or because they stick. A page that leaves lets go of all that it holds.

export class HeldButtons<Button> {
    private readonly holders = new Map<Button, Set<object>>()

    /** @param onChange called when a button goes down or comes up */
    constructor(private readonly onChange: (button: Button, isDown: boolean) => void) {}

    get pressed(): Button[] {
        return [...this.holders.keys()]
    }

    /** @param holder a page, or a fault */
    press(button: Button, holder: object): void {
        const held = this.holders.get(button)
        if (held) return void held.add(holder)
        this.holders.set(button, new Set([holder]))
        this.onChange(button, true)
    }

    release(button: Button, holder: object): void {
        const held = this.holders.get(button)
        if (!held?.delete(holder) || held.size > 0) return
        this.holders.delete(button)
        this.onChange(button, false)
    }

    releaseAll(holder: object): void {
        for (const button of this.pressed) this.release(button, holder)
    }
}
