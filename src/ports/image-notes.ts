import type { ImageId } from "../domain/model/image-id.js";

/** A short text about one image. */
export interface ImageNote {
  readonly imageId: ImageId;
  readonly note: string;
}

/** All that was noted about one image. */
export interface NotedImage {
  readonly imageId: ImageId;
  /** Each note as often as it was added, in any order. */
  readonly notes: readonly string[];
}

/**
 * Notes that are added while all images are looked at, in any order, to be read image by image afterwards. They are of one
 * run of one process, and may be more than its memory holds.
 */
export interface ImageNotes {
  /** Adds notes about any images, any number of times. */
  add(notes: readonly ImageNote[]): Promise<void>;

  /** Goes through the images that have notes, each once, in any order. May be repeated; nothing is added meanwhile. */
  read(): AsyncIterable<NotedImage>;

  /** Gives up all notes, and what they take. May be repeated; nothing is called afterwards. */
  close(): Promise<void>;
}

/** Opens empty notes. */
export type OpenNotes = () => Promise<ImageNotes>;
