// WebGL2 as the renderers use it: a program of two shaders, and textures of numbers that are read by their place.

/** The browser refused a shader. */
export class ShaderError extends Error {}

/** @throws ShaderError */
export function programOf(
    gl: WebGL2RenderingContext,
    vertex: string,
    fragment: string
): WebGLProgram {
    const program = gl.createProgram()
    for (const [kind, source] of [
        [gl.VERTEX_SHADER, vertex],
        [gl.FRAGMENT_SHADER, fragment],
    ] as const) {
        const shader = gl.createShader(kind)!
        gl.shaderSource(shader, source)
        gl.compileShader(shader)
        gl.attachShader(program, shader)
    }
    gl.linkProgram(program)
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
        throw new ShaderError("The graphics driver refused a shader.")
    return program
}

/** A texture of bytes. It is allocated when its size changes, and then only filled. */
export class ByteTexture {
    private readonly texture: WebGLTexture
    private widthPx = 0
    private heightPx = 0

    /** @param unit texture unit, for good */
    constructor(
        private readonly gl: WebGL2RenderingContext,
        private readonly unit: number
    ) {
        this.texture = gl.createTexture()
        nearest(gl, unit, this.texture)
    }

    /** @param values widthPx*heightPx bytes, row after row */
    fill(values: Uint8Array, widthPx: number, heightPx: number): void {
        const { gl, unit, texture } = this
        gl.activeTexture(gl.TEXTURE0 + unit)
        gl.bindTexture(gl.TEXTURE_2D, texture)
        gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
        const format = [gl.RED_INTEGER, gl.UNSIGNED_BYTE] as const
        if (widthPx === this.widthPx && heightPx === this.heightPx)
            gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, widthPx, heightPx, ...format, values)
        else gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8UI, widthPx, heightPx, 0, ...format, values)
        this.widthPx = widthPx
        this.heightPx = heightPx
    }
}

/** A texture of numbers that never change. */
export function floatTexture(
    gl: WebGL2RenderingContext,
    unit: number,
    values: Float32Array,
    widthPx: number
): void {
    nearest(gl, unit, gl.createTexture())
    const heightPx = values.length / widthPx
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, widthPx, heightPx, 0, gl.RED, gl.FLOAT, values)
}

function nearest(gl: WebGL2RenderingContext, unit: number, texture: WebGLTexture): void {
    gl.activeTexture(gl.TEXTURE0 + unit)
    gl.bindTexture(gl.TEXTURE_2D, texture)
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
        gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST)
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
        gl.texParameteri(gl.TEXTURE_2D, wrap, gl.CLAMP_TO_EDGE)
}
