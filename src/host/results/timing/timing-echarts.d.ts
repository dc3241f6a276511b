// Responsible for: the types of echarts' bundle. One file loads ten times faster than the several hundred that "echarts" is.
declare module "echarts/dist/echarts.esm.min.mjs" {
    export * from "echarts"
}
