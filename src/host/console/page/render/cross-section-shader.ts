// The shader of the cross-section: ring-down subtraction, log compression, scan conversion, rotation and zoom, for each pixel.
//
// The formulas are those of ../../../picture (compression.ts, scan-conversion.ts), with the same rounding: greys of samples are whole
// numbers, weights are in 1/128. Grey levels agree with the host's pictures within one.

export const VERTEX_SHADER = `#version 300 es
// One triangle that covers the canvas.
void main() {
    gl_Position = vec4(vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0, 0.0, 1.0);
}`

export const FRAGMENT_SHADER = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;

uniform usampler2D codes;    // a row for each A-line
uniform usampler2D present;  // one row: 1 for each A-line that is there
uniform usampler2D ringDown; // a row for each A-line, from ringFrom on
uniform sampler2D decibels;  // echo that is left, by sample code (x) and ring-down code (y)

uniform ivec2 size;          // canvas, px
uniform int lines;
uniform int samples;
uniform ivec2 ringZone;      // first sample, and the one behind the last
uniform int visibleFrom;     // samples before it are black
uniform float gainDb;
uniform float rangeDb;
uniform float sampleMm;
uniform float catheterMm;
uniform float shownMm;
uniform int rows;            // samples of an A-line that are shown side by side
uniform float mmPerPx;
uniform vec2 centreMm;       // of the canvas, after the rotation
uniform vec2 turn;           // cosine and sine of the rotation
uniform bool isFixed;        // A-lines side by side

out vec4 colour;

const float PI = 3.14159265358979;

float greyOf(int line, int k) {
    if (k < visibleFrom) return 0.0;
    int code = int(texelFetch(codes, ivec2(k, line), 0).r);
    bool isRinging = k >= ringZone.x && k < ringZone.y;
    int ring = isRinging ? int(texelFetch(ringDown, ivec2(k - ringZone.x, line), 0).r) : 0;
    float db = texelFetch(decibels, ivec2(code, ring), 0).r;
    return clamp(floor(255.0 + (db + gainDb) * 255.0 / rangeDb + 0.5), 0.0, 255.0);
}

bool isThere(int line) {
    return texelFetch(present, ivec2(line, 0), 0).r != 0u;
}

float gapGrey(ivec2 at) {
    return ((at.x + at.y) & 4) != 0 ? 104.0 : 56.0;
}

float alongLine(int line, int k, float w) {
    float near = greyOf(line, k);
    return near + w * (greyOf(line, k + 1) - near);
}

float sideBySide(ivec2 at) {
    int line = at.x * lines / size.x;
    int k = at.y * rows / size.y;
    return isThere(line) ? greyOf(line, k) : gapGrey(at);
}

float crossSection(ivec2 at) {
    vec2 turned = (vec2(at) + 0.5 - 0.5 * vec2(size)) * mmPerPx + centreMm;
    vec2 mm = vec2(turn.x * turned.x + turn.y * turned.y, turn.x * turned.y - turn.y * turned.x);
    float radius = length(mm);
    float depth = radius / sampleMm;
    // As on the host, the picture is the square around the circle, however it is turned.
    bool isOutside = max(abs(turned.x), abs(turned.y)) > shownMm;
    if (radius < catheterMm || depth > float(samples - 1) || isOutside) return 0.0;
    float part = atan(mm.y, mm.x) / (2.0 * PI);
    float line = (part < 0.0 ? part + 1.0 : part) * float(lines);
    int a = int(floor(line)) % lines;
    int b = (a + 1) % lines;
    int k = min(samples - 2, int(floor(depth)));
    float wLine = floor((line - floor(line)) * 128.0 + 0.5) / 128.0;
    float wSample = floor((depth - float(k)) * 128.0 + 0.5) / 128.0;
    bool hasA = isThere(a);
    bool hasB = isThere(b);
    if (!(wLine < 0.5 ? hasA : hasB)) return gapGrey(at);
    if (!hasA) a = b;
    if (!hasB) b = a;
    float grey = alongLine(a, k, wSample);
    return floor(grey + wLine * (alongLine(b, k, wSample) - grey) + 0.5);
}

void main() {
    // Rows count from the top, as in a picture.
    ivec2 at = ivec2(int(gl_FragCoord.x), size.y - 1 - int(gl_FragCoord.y));
    float grey = (isFixed ? sideBySide(at) : crossSection(at)) / 255.0;
    colour = vec4(grey, grey, grey, 1.0);
}`
