// Tells those who listen, and draws once a frame of the screen.

export class Emitter<T = void> {
    private readonly listeners = new Set<(value: T) => void>()

    /** @returns a function that ends it */
    on(listener: (value: T) => void): () => void {
        this.listeners.add(listener)
        return () => void this.listeners.delete(listener)
    }

    emit(value: T): void {
        for (const listener of [...this.listeners]) listener(value)
    }
}

/** Whatever draws registers here; everything is drawn in one go before the next frame of the screen. */
export class Redraw {
    private readonly drawers = new Set<() => void>()
    private asked = 0
    private isStopped = false

    add(draw: () => void): void {
        this.drawers.add(draw)
    }

    /** Asks for a drawing; asking again before it costs nothing. */
    readonly ask = (): void => {
        if (this.asked || this.isStopped) return
        this.asked = requestAnimationFrame(() => {
            this.asked = 0
            for (const draw of this.drawers) draw()
        })
    }

    stop(): void {
        this.isStopped = true
        cancelAnimationFrame(this.asked)
    }
}

/** Runs an action only when one of the values that it depends on has changed. */
export function memo(): (values: readonly unknown[], action: () => void) => void {
    let last: readonly unknown[] | undefined
    return (values, action) => {
        if (last?.length === values.length && last.every((value, i) => value === values[i])) return
        last = values
        action()
    }
}
