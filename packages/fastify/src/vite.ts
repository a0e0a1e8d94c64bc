export { nodeResolution, type ResolutionPlugin } from '@node-cf/bridge/vite'
