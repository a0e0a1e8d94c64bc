declare const paths: {
  dirname: string
  filename: string
  path: typeof import('node:path')
}
export = paths
