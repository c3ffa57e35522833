export default function Stub() { return <section class="card" />; }
