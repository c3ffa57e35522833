/** The code points a password needs where nobody asks for a second step. */
export const PASSWORD_MIN = 15;
