declare module 'morgan-1.9' {
  const morgan: import('./morgan-lines.ts').Morgan
  export default morgan
}
