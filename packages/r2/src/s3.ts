export {
  type PresignDownloadOptions,
  type PresignedUpload,
  type PresignUploadOptions,
  S3Store,
  type S3StoreOptions,
} from './s3-store.ts'
