import { deriveMovedVersion } from "../../domain/model/version.js";
import { doctorImages } from "../../domain/use-cases/doctor-images.js";
import { editImage } from "../../domain/use-cases/edit-image.js";
import { removeImage } from "../../domain/use-cases/remove-image.js";
import { requestProcessing } from "../../domain/use-cases/request-processing.js";
import { requestRemoval } from "../../domain/use-cases/request-removal.js";
import { settleChange } from "../../domain/use-cases/settle-change.js";
import { uploadImage } from "../../domain/use-cases/upload-image.js";

/** The code that a history plays, as it is. */
export const DOMAIN = {
  settleChange,
  removeImage,
  requestProcessing,
  requestRemoval,
  uploadImage,
  editImage,
  doctorImages,
  deriveMovedVersion,
} as const;

/** That code, or other code in its place. */
export type Domain = typeof DOMAIN;
