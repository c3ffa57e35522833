export async function beside() {}
