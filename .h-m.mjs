import sharp from 'sharp';
const [,, out, cols, w, ...f] = process.argv; const W=+w, C=+cols;
const imgs=await Promise.all(f.map(async x=>{const b=await sharp(x).resize({width:W}).png().toBuffer();const m=await sharp(b).metadata();return{b,h:m.height}}));
const H=imgs[0].h+10;await sharp({create:{width:C*(W+10),height:Math.ceil(f.length/C)*H,channels:3,background:'#888'}}).composite(imgs.map((x,i)=>({input:x.b,left:(i%C)*(W+10),top:Math.floor(i/C)*H}))).png().toFile(out);
