"""A user's own data: arrays, tables and folders of images, with what is said of them."""
