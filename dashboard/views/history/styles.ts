// How many colours lines have before they are told apart by dashes as well.

export const colours = 6;
