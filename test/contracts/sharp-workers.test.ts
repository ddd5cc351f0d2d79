import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
