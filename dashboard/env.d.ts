// What Vite adds to imports: style sheets by side effect, files by their hashed address.

declare module "*.css";
declare module "*?url" {
  const address: string;
  export default address;
}
