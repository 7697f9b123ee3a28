/** Whether a file, or a folder of a znap product, holds a raster by itself, by its name. */
export const isRasterFile = (name: string): boolean => /\.(?:tiff?|dim|vrt|znap(?:\.zip)?)$/i.test(name);
